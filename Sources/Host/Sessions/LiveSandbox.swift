// The systems of `holdfast replay --live`: those of a config that the command line names, with a
// record of their own, so that a replay never mixes with what really happened.

import Engine
import JSON

package struct LiveSandbox: Sendable {
    private let config: String
    private let profile: String?
    private let kinds: [any ConnectorKind]
    private let surroundings: Surroundings

    /// - Parameters:
    ///   - config: as the command line says it; nothing else ever counts.
    ///   - profile: nil where it is the recording's.
    package init(
        config: String, profile: String?, kinds: [any ConnectorKind], in surroundings: Surroundings
    ) {
        self.config = config
        self.profile = profile
        self.kinds = kinds
        self.surroundings = surroundings
    }

    /// - Throws: before anything is reached, where the sandbox lacks what was called.
    func scene(
        for session: RecordedSession, path: String, on stage: ReplayStage,
        report: (String) -> Void
    ) throws(Ending) -> ReplayScene {
        let header = session.header
        let found = try Project.open(explicit: config, kinds: kinds, in: surroundings)
        let profile = try named(found.configuration, header)
        let project = Project(
            configuration: found.configuration.apart(in: stage.folder, for: profile),
            kinds: kinds,
            // Whoever asked then asks now: what people decided depends on it.
            surroundings: Surroundings(
                home: surroundings.home, workingFolder: surroundings.workingFolder,
                variables: surroundings.variables, account: header.person))
        let catalog = project.catalog()
        let tools = LiveTools(session, catalog, profile)
        let file = found.configuration.file.shown
        guard tools.missing.isEmpty, catalog.problems.isEmpty else {
            let lines = tools.missing + catalog.problems.map(\.description.shown)
            throw Ending(
                .badData,
                "holdfast: \(path.shown) cannot be played on \(file):\n"
                    + lines.joined(separator: "\n"))
        }
        for line in tools.changed { report("holdfast: \(line)") }
        let desk = AttemptDesk()
        let mask = LiveMask(catalog, since: HostClock.system.now())
        let watch = AttemptWatch(
            began: { attempt, schemas, stop in
                mask.note(.started(attempt, schemas))
                desk.note(attempt, stop)
            },
            ended: { attempt, outcome, schemas in
                mask.note(.ended(attempt, outcome, schemas))
            })
        return ReplayScene(
            host: try project.host(profile: profile.name, watch: watch), desk: desk,
            stage: stage, mask: mask)
    }

    private func named(
        _ configuration: Configuration, _ header: SessionHeader
    ) throws(Ending) -> Profile {
        do {
            return try configuration.profile(named: profile ?? header.profile)
        } catch {
            let ending = Ending(error)
            if profile != nil { throw ending }
            throw Ending(
                ending.status,
                ending.message + "\nThe recording was made under the profile "
                    + "`\(header.profile.shownInLine)`; name the sandbox's with --profile.")
        }
    }
}

extension Configuration {
    /// The same tools and systems under one profile, which acts for the account, with the record
    /// in another folder.
    fileprivate func apart(in folder: String, for profile: Profile) -> Configuration {
        var copy = self
        copy.storePath = folder + "/state/journal.db"
        // Nobody is to be told of approvals that are played.
        copy.notify = []
        copy.recordSecretPath = folder + "/state/" + Configuration.recordSecretName
        copy.profiles = [
            Profile(name: profile.name, allow: profile.allow, onBehalfOf: .account)
        ]
        return copy
    }
}

/// The tools that a recording calls, as a sandbox has them: a sentence for each that is not as it
/// was.
struct LiveTools {
    private(set) var missing: [String] = []
    private(set) var changed: [String] = []

    init(_ session: RecordedSession, _ catalog: Catalog, _ profile: Profile) {
        let allowed = Set(profile.allow.map(\.text))
        for (name, recorded) in session.calledManifests {
            guard let tool = catalog.tool(named: ToolName(name)) else {
                missing.append("`\(name)`, which the recording calls, is not among its tools")
                continue
            }
            if session.header.allow.contains(name), !allowed.contains(name) {
                missing.append(
                    "`\(name)`, which the recording calls, is not allowed by its profile "
                        + "`\(profile.name)`; add it there, or name another with --profile")
            }
            let now = tool.manifest.content
            guard now != recorded else { continue }
            changed.append(
                "the manifest of `\(name)` is not the recorded one"
                    + LiveTools.places(recorded, now)
                    + "; answers may differ for that reason")
        }
    }

    static func places(_ recorded: JSONValue, _ now: JSONValue) -> String {
        var comparison = SessionComparison()
        let all = comparison.differences(line: 1, subject: "", recorded, now)
            .compactMap { $0.pointer?.description.shownInLine }
        guard !all.isEmpty else { return "" }
        let told = all.prefix(HostLimits.toldPlaces).joined(separator: ", ")
        return " (it differs at \(told)\(all.count > HostLimits.toldPlaces ? ", …" : ""))"
    }
}
