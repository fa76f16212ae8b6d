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
