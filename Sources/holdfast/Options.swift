// The options that commands share, and what is made of them. No command here.

import ArgumentParser
import Connectors
import Host

/// `--config`, which every command takes.
struct ConfigOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The config file; else $HOLDFAST_CONFIG, ./holdfast.yaml, the one in ~/.config, "
                + "else the built-in booking desk.", valueName: "file"))
    var config: String?

    /// Where this process was started, and which config that gives.
    func project() throws(Ending) -> Project {
        try Project.open(explicit: config, kinds: HostConnectors.kinds, in: .current())
    }

    /// What stops need: of a journal that is named, not even a config.
    func halting(store: String?) throws(Ending) -> Halting {
        try Halting.open(
            store: store, explicit: config, kinds: HostConnectors.kinds, in: .current())
    }
}

/// `--json`, where a command prints data.
struct JSONOption: ParsableArguments {
    @Flag(help: "Print one JSON document instead of words.")
    var json = false
}

/// `--profile`, where a command acts as a host.
struct ProfileOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The profile to act under; else the only one, else the one named default.",
            valueName: "name"))
    var profile: String?
}

/// `--reason`, which an order that others will ask about must have.
struct ReasonOption: ParsableArguments {
    @Option(help: ArgumentHelp("Why; it is recorded.", valueName: "text"))
    var reason: String

    func validate() throws {
        if reason.isEmpty { throw ValidationError("--reason says why; it is empty") }
    }
}

/// Which decision is made, and how it is known who makes it.
struct DecisionOption: ParsableArguments {
    @Argument(help: "The approval's id.")
    var id: String?

    @Option(help: ArgumentHelp("Decide as the holder of this signing key.", valueName: "file"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "With --key and --out: sign for an approval that lies elsewhere.",
            valueName: "sha256:hex"))
    var digest: String?

    @Option(
        help: ArgumentHelp(
            "Where the signed decision goes, a new file or -; nothing is recorded.",
            valueName: "file|-"))
    var out: String?

    @Option(
        help: ArgumentHelp("Record a decision that was signed elsewhere.", valueName: "file|-"))
    var signed: String?

    func validate() throws {
        if signed != nil {
            guard id == nil, key == nil, digest == nil, out == nil else {
                throw ValidationError(
                    "--signed says all by itself: no id, --key, --digest or --out beside it")
            }
            return
        }
        guard id != nil else { throw ValidationError("name the approval, or give --signed") }
        guard (digest == nil) == (out == nil), digest == nil || key != nil else {
            throw ValidationError("--digest, --key and --out sign together; give all three")
        }
    }

    var source: DecisionSource {
        if let signed { return .signedElsewhere(file: signed) }
        // One of the two is there, or the options were refused.
        let approval = id ?? ""
        guard let key else { return .account(approval) }
        if let digest, let out {
            return .toBeCarried(approval, digest: digest, key: key, out: out)
        }
        return .key(approval, file: key)
    }
}

/// What `halt` and `resume` are about.
struct TargetOption: ParsableArguments {
    @Option(help: ArgumentHelp("Only this tool, its reads too.", valueName: "name"))
    var tool: String?

    @Option(help: ArgumentHelp("Only this profile's writes.", valueName: "name"))
    var profile: String?

    @Option(help: ArgumentHelp("Only this run's writes: its quarantine.", valueName: "run_id"))
    var run: String?

    @Option(help: ArgumentHelp("The journal, where no config can be read.", valueName: "path"))
    var store: String?

    func validate() throws {
        let given = [tool, profile, run].compactMap { $0 }
        if given.count > 1 {
            throw ValidationError("say one of --tool, --profile and --run, or none for everything")
        }
        if given.contains("") { throw ValidationError("the name is empty") }
    }

    var target: Halting.Target { Halting.Target(tool: tool, profile: profile, run: run) }
}

enum HostConnectors {
    /// Every way to reach a system, with the two instants at which tests have the process die.
    static var kinds: [any ConnectorKind] {
        ConnectorKinds.all(probe: { probe in
            switch probe {
            case .beforeCommit: FailPoint.pass(.beforeEffectCommit)
            case .afterCommit: FailPoint.pass(.afterEffectCommit)
            }
        })
    }
}
