// `holdfast halt` and `holdfast resume`: operators stop everything, a tool, a profile or a run, and
// let it go on. It needs the journal alone: no manifest, no secret, and with a path no config.

package import Engine
import Glibc
import JSON
import SQLite
import SQLiteJournal

package struct Halting: Sendable {
    /// What is meant by a command.
    package enum Target: Hashable, Sendable {
        case scope(HaltScope)
        /// As it was typed.
        case run(String)

        /// Everything where nothing is named; the command line sees to it that at most one is.
        package init(tool: String?, profile: String?, run: String?) {
            if let run {
                self = .run(run)
            } else if let tool {
                self = .scope(.tool(ToolName(tool)))
            } else if let profile {
                self = .scope(.profile(profile))
            } else {
                self = .scope(.everything)
            }
        }
    }

    let path: String
    /// Whether a journal that is not there is made: a stop must hold for hosts that come first.
    private let makesJournal: Bool
    private let account: String
    /// The config whose journal it is; nil where none could be read, or it has another journal.
    private let project: Project?
    private let clock: HostClock

    /// - Parameter store: the journal's path, which is then all that is needed.
    package static func open(
        store: String?, explicit: String?, kinds: [any ConnectorKind],
        in surroundings: Surroundings, clock: HostClock = .system
    ) throws(Ending) -> Halting {
        var found: Project?
        do throws(Ending) {
            found = try Project.open(explicit: explicit, kinds: kinds, in: surroundings)
        } catch {
            guard store != nil else { throw error.advisingStore }
        }
        guard let store else {
            guard let project = found else { preconditionFailure("A config was read or refused.") }
            return Halting(
                path: project.configuration.storePath, makesJournal: true,
                account: surroundings.account, project: project, clock: clock)
        }
        let isItsOwn = found.map { Halting.isSame($0.configuration.storePath, store) } ?? false
        return Halting(
            path: store, makesJournal: false, account: surroundings.account,
            project: isItsOwn ? found : nil, clock: clock)
    }

    package func halt(_ target: Target, reason: String) throws(Ending) -> Halted {
        switch target {
        case .run(let text):
            return .run(try quarantine(text, reason: reason))
        case .scope(let scope):
            let warning = try check(scope)
            let person = account
            let (former, standing) = try change(makes: makesJournal) {
                doors, transaction, moment throws(DoorError) in
                // From the record: what is kept beside it may be what must be set right.
                let former = try faulting { () throws(JournalFault) in
                    try transaction.run(.journal)?.halts ?? []
                }
                return (
                    former,
                    try doors.halt(scope, reason: reason, by: person, in: transaction, moment)
                )
            }
            guard let mine = standing.first(where: { $0.halt.scope == scope }) else {
                preconditionFailure("What was halted is halted.")
            }
            let isNew = !former.contains { $0.scope == scope }
            return .halted(mine, isNew: isNew, standing: standing, warning: warning)
        }
    }

    package func resume(_ target: Target, reason: String) throws(Ending) -> Halted {
        try StoreOwner.require(
            path, account, operators: project?.configuration.operators,
            to: "resume what was halted in")
        switch target {
        case .run(let text):
            return .run(try release(text, reason: reason))
        case .scope(let scope):
            let person = account
            let (former, standing) = try change(makes: false) {
                doors, transaction, moment throws(DoorError) in
                let former = try faulting { () throws(JournalFault) in
                    try transaction.standingHalts
                }
                guard former.contains(where: { $0.halt.scope == scope }) else {
                    return (former, former)
                }
                return (
                    former,
                    try doors.resume(scope, reason: reason, by: person, in: transaction, moment)
                )
            }
            guard let mine = former.first(where: { $0.halt.scope == scope }) else {
                throw Ending(.notHalted(scope)).adding(HaltText.standing(standing))
            }
            return .resumed(mine, standing: standing)
        }
    }

    package func quarantine(_ text: String, reason: String) throws(Ending) -> Run {
        try StoreOwner.require(
            path, account, operators: project?.configuration.operators, to: "quarantine runs of")
        guard let run = RunID(text) else { throw Ending(.unknownRun(text)) }
        let person = account
        return try change(makes: false) { doors, transaction, moment throws(DoorError) in
            try doors.quarantine(run, reason: reason, by: person, in: transaction, moment)
        }
    }

    private func release(_ text: String, reason: String) throws(Ending) -> Run {
        guard let run = RunID(text) else { throw Ending(.unknownRun(text)) }
        let person = account
        return try change(makes: false) { doors, transaction, moment throws(DoorError) in
            try doors.release(run, reason: reason, by: person, in: transaction, moment)
        }
    }

    // MARK: - Names

    /// - Returns: a warning, where nobody can say whether there is such a name.
    /// - Throws: where there is surely none: a stop of nothing would be taken for a stop.
    private func check(_ scope: HaltScope) throws(Ending) -> String? {
        switch scope {
        case .everything: return nil
        case .tool(let tool):
            guard let project else { return unchecked("tool", tool.text) }
            let catalog = project.catalog()
            if catalog.tool(named: tool) != nil { return nil }
            guard catalog.problems.isEmpty else { return unchecked("tool", tool.text) }
            let names = catalog.tools.map(\.name.text).sorted()
            throw unknown("tool", tool.text, among: names, "holdfast tools")
        case .profile(let name):
            guard let project else { return unchecked("profile", name) }
            let names = project.configuration.profiles.map(\.name)
            if names.contains(name) { return nil }
            throw unknown("profile", name, among: names, "holdfast doctor")
        }
    }

    private func unchecked(_ what: String, _ name: String) -> String {
        "holdfast: warning: whether there is a \(what) \(name.shownInLine) could not be checked, "
            + "for not all of the config and its manifests could be read; the halt stands under "
            + "this name."
    }

    private func unknown(
        _ what: String, _ name: String, among names: [String], _ lister: String
    ) -> Ending {
        let hint = NearestName.of(name, among: names).map { "Did you mean \($0)?" }
        return Ending(
            .usage,
            "holdfast: there is no \(what) \(name.visibleLiteral), and nothing was halted. "
                + "\(hint ?? "`\(lister)` lists them.")")
    }

    // MARK: - The journal

    private func change<Answer: Sendable>(
        makes: Bool,
        _ door: @escaping @Sendable (Doors, any JournalTransaction, Moment) throws(DoorError)
            -> Answer
    ) throws(Ending) -> Answer {
        let isThere = try StoreOwner.isReached(path, account, project?.configuration.group)
        guard makes || isThere else {
            throw Ending(
                .badData,
                "holdfast: there is no journal at \(path.shown), and nothing was changed. "
                    + "`holdfast doctor` prints the path of the journal in use.")
        }
        let journal = try Ending.ifFault { () throws(JournalFault) in
            var options = try project?.configuration.storeOptions() ?? SharedDatabase.Options()
            options.creates = makes
            return try SQLiteJournal(path: path, options)
        }
        do throws(DoorError) {
            return try OneDecision(journal, project?.configuration, clock).perform(door)
        } catch {
            throw Ending(error)
        }
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        if left == right { return true }
        guard let a = realpath(left, nil) else { return false }
        defer { free(a) }
        guard let b = realpath(right, nil) else { return false }
        defer { free(b) }
        return strcmp(a, b) == 0
    }
}

private func faulting<Answer>(
    _ body: () throws(JournalFault) -> Answer
) throws(DoorError) -> Answer {
    do throws(JournalFault) { return try body() } catch { throw .fault(error) }
}

extension Ending {
    /// For a halt that must not wait until a config is mended.
    fileprivate var advisingStore: Ending {
        adding(
            "To halt without the config, name the journal itself: holdfast halt --store PATH "
                + "--reason …")
    }

    func adding(_ more: String) -> Ending {
        more.isEmpty ? self : Ending(status, message + "\n" + more)
    }
}
