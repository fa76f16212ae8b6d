// What people decide at the command line: approvals, and calls that nobody knows the outcome of.
// Who decides is the account of this process; one transaction, and nothing is left behind.

package import Engine
import JSON
import JSONSchema

package struct Decisions: Sendable {
    private let project: Project
    private let clock: HostClock

    package init(_ project: Project, clock: HostClock = .system) {
        self.project = project
        self.clock = clock
    }

    /// By the account of this process.
    /// - Returns: the approval as it stands then.
    package func decide(
        _ text: String, _ decision: ApprovalDecision
    ) throws(Ending) -> ApprovalEntry {
        try decide(text, decision, by: .account(project.surroundings.account))
    }

    /// By the holder of the key that signed it.
    func record(
        _ signed: SignedDecision, _ decision: ApprovalDecision
    ) throws(Ending) -> ApprovalEntry {
        let id = signed.note.approval.text
        let action = try approval(id).approval.action
        guard action == signed.note.action else {
            throw Ending(
                .badData,
                "holdfast: \(id) is about another action than what was signed: its digest is "
                    + "\(ActionDigest.text(action)). Nothing was recorded. Look at "
                    + "`holdfast approvals` again, and sign it anew.")
        }
        return try decide(
            id, decision, by: .signed(signed.key, signed.signature, at: signed.note.at))
    }

    /// As it stands.
    func approval(_ text: String) throws(Ending) -> ApprovalEntry {
        guard ApprovalID(text) != nil, let journal = try journal() else {
            throw Ending(.unknownApproval(text))
        }
        let entry = try viewer(journal).approval(text)
        guard let entry else { throw Ending(.unknownApproval(text)) }
        return entry
    }

    private func decide(
        _ text: String, _ decision: ApprovalDecision, by decider: Decider
    ) throws(Ending) -> ApprovalEntry {
        guard let id = ApprovalID(text), let journal = try journal() else {
            throw Ending(.unknownApproval(text))
        }
        _ = try perform(journal) { doors, transaction, moment throws(DoorError) in
            try doors.decide(id, decision, by: decider, in: transaction, moment)
        }
        return try approval(text)
    }

    /// - Returns: the approval that the grant now waits for.
    func request(
        _ request: GrantRequest, under policy: Policy?
    ) throws(Ending) -> ApprovalEntry {
        guard let journal = try journal() else {
            throw Ending(
                .badData,
                "holdfast: there is no journal at \(project.configuration.storePath.shown) yet, "
                    + "and so no agent that a grant could be for.")
        }
        let view = try perform(journal) { doors, transaction, moment throws(DoorError) in
            let rulebook = policy.map { Rulebook(policy: $0, tools: [:]) } ?? doors.rulebook
            return try doors.under(rulebook).request(request, in: transaction, moment)
        }
        guard let asked = view.call.approval else {
            preconditionFailure("A grant that was asked for waits for a yes.")
        }
        return try approval(asked.id.text)
    }

    /// - Returns: the grant as it stands then.
    func revoke(_ id: CallID, reason: String) throws(Ending) -> GrantEntry {
        guard let journal = try journal() else { throw Ending(.unknownGrant(id.text)) }
        let person = project.surroundings.account
        _ = try perform(journal) { doors, transaction, moment throws(DoorError) in
            try doors.revoke(id, reason: reason, by: person, in: transaction, moment)
        }
        guard let entry = try viewer(journal).grant(id) else {
            throw Ending(.unknownGrant(id.text))
        }
        return entry
    }

    /// - Returns: the run with the settled call in it.
    package func resolve(
        _ text: String, _ settlement: Settlement, reason: String
    ) throws(Ending) -> RunEntry {
        try requireOperator(to: "settle calls of")
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

    /// Completes a run that its agent left open.
    package func complete(_ text: String, summary: String?) throws(Ending) -> Run {
        try requireOperator(to: "complete runs of")
        guard let id = RunID(text), let journal = try journal() else {
            throw Ending(.unknownRun(text))
        }
        let person = project.surroundings.account
        return try perform(journal) { doors, transaction, moment throws(DoorError) in
            try doors.complete(id, summary: summary, by: person, in: transaction, moment)
        }
    }

    /// Gives the order to abort for a run that no host of this config can work on.
    func abort(_ id: RunID, _ order: AbortOrder) throws(Ending) -> Run {
        guard let journal = try journal() else { throw Ending(.unknownRun(id.text)) }
        return try perform(journal) { doors, transaction, moment throws(DoorError) in
            try doors.abort(
                id, order, for: nil, by: Actor(.person, order.by), environments: [],
                in: transaction, moment
            ).run
        }
    }

    // Whoever may not write the journal has none here.
    private func journal() throws(Ending) -> (any Journal)? {
        try project.journal()
    }

    private func viewer(_ journal: any Journal) -> JournalViewer {
        JournalViewer(
            journal, project.catalog(), project.configuration.directory, clock: clock)
    }

    // What is said of another system, or ordered: the account that owns the store answers for it.
    private func requireOperator(to order: String) throws(Ending) {
        try StoreOwner.require(
            project.configuration.storePath, project.surroundings.account,
            operators: project.configuration.operators, to: order)
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
            wrong = ["a result is a JSON object, but this is \(result.aKind)"]
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

    private func perform<Answer: Sendable>(
        _ journal: any Journal,
        _ door: @escaping @Sendable (Doors, any JournalTransaction, Moment) throws(DoorError)
            -> Answer
    ) throws(Ending) -> Answer {
        do throws(DoorError) {
            return try OneDecision(journal, project.configuration, clock).perform(door)
        } catch {
            throw Ending(error)
        }
    }
}
