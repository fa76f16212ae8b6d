// What people decide at the command line: approvals, and calls that nobody knows the outcome of.
// Who decides is the account of this process; one transaction, and nothing is left behind.

import CSystem
package import Engine
import Glibc
import JSON
import JSONSchema

package struct Decisions: Sendable {
    private let project: Project
    private let clock: HostClock

    package init(_ project: Project, clock: HostClock = .system) {
        self.project = project
        self.clock = clock
    }

    /// - Returns: the approval as it stands then.
    package func decide(
        _ text: String, _ decision: ApprovalDecision
    ) throws(Ending) -> ApprovalEntry {
        guard let id = ApprovalID(text), let journal = try journal() else {
            throw Ending(.unknownApproval(text))
        }
        let person = project.surroundings.account
        let view = try perform(journal) { doors, transaction, moment throws(DoorError) in
            try doors.decide(id, decision, by: person, in: transaction, moment)
        }
        let entry = try viewer(journal).run(view.call.id.text).calls.first?.approval
        guard let entry else { throw Ending(.unknownApproval(text)) }
        return entry
    }

    /// - Returns: the run with the settled call in it.
    package func resolve(
        _ text: String, _ settlement: Settlement, reason: String
    ) throws(Ending) -> RunEntry {
        try requireOperator()
        guard let id = CallID(text), let journal = try journal() else {
            throw Ending(.unknownCall(text))
        }
        let settlement = try checked(settlement, of: id, journal)
        let person = project.surroundings.account
        _ = try perform(journal) { doors, transaction, moment throws(DoorError) in
            try doors.resolve(
                id, settlement, reason: reason, by: person, in: transaction, moment)
        }
        return try viewer(journal).run(id.text)
    }

    // Whoever may not write the journal may not decide either.
    private func journal() throws(Ending) -> (any Journal)? {
        let path = project.configuration.storePath
        guard access(path, F_OK) != 0 || access(path, W_OK) == 0 else {
            throw Ending(
                .denied,
                "holdfast: \(project.surroundings.account.shownInLine) may not write "
                    + "\(path.shown), and so decides nothing in it.")
        }
        return try project.journal()
    }

    private func viewer(_ journal: any Journal) -> JournalViewer {
        JournalViewer(journal, project.catalog(), clock: clock)
    }

    // Settling says what is true of another system: the account that owns the store answers for it.
    private func requireOperator() throws(Ending) {
        let path = project.configuration.storePath
        var status = stat()
        guard stat(path, &status) == 0, status.st_uid != getuid() else { return }
        throw Ending(
            .denied,
            "holdfast: \(project.surroundings.account.shownInLine) may not settle calls of "
                + "\(path.shown): only the account that owns it (uid \(status.st_uid)) may.")
    }

    // What a person says came of it must be what the tool's callers may rely on.
    private func checked(
        _ settlement: Settlement, of call: CallID, _ journal: any Journal
    ) throws(Ending) -> Settlement {
        guard case .succeeded(let given, _) = settlement else { return settlement }
        let result = given.withLargeIntegersAsText()
        let shelf = ManifestShelf(project.catalog())
        let manifest = try Ending.ifFault { () throws(JournalFault) in
            try journal.read { reading throws(JournalFault) -> Manifest? in
                guard let view = try reading.view(of: call) else { return nil }
                return try shelf.manifest(view.call.manifest, reading)
            }
        }
        var wrong: [String] = []
        if let object = result.objectValue {
            if object.contains(Manifest.reservedResult) {
                wrong = ["/\(Manifest.reservedResult): is the host's own; leave it out"]
            }
        } else {
            wrong = ["a result is a JSON object, but this is a \(result.kindName)"]
        }
        if wrong.isEmpty, let schema = manifest?.outputSchema {
            wrong = schema.validate(result).map(\.message)
        }
        guard wrong.isEmpty else {
            throw Ending(
                .badData,
                "holdfast: --succeeded: this is no result of "
                    + "\(manifest?.name.text ?? "this tool"), nothing was settled. "
                    + wrong.map(\.shownInLine).joined(separator: "; "))
        }
        return .succeeded(result, manifest?.outputSchema?.payloadClass(of: result) ?? .plain)
    }

    private func perform(
        _ journal: any Journal,
        _ door: @escaping @Sendable (Doors, any JournalTransaction, Moment) throws(DoorError)
            -> CallView
    ) throws(Ending) -> CallView {
        do throws(DoorError) {
            return try OneDecision(journal, project.configuration, clock).perform(door)
        } catch {
            throw Ending(error)
        }
    }
}
