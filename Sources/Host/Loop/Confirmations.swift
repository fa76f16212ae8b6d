// Letting the requester's own user confirm through their client: which calls may be asked about,
// what is asked, and what an answer does. How the question travels is in ClientWay.swift and
// Server.swift. A client can answer without asking anybody: what it says is recorded as its word.

import Engine
import JSON
import MCP

extension Call {
    /// Whether a yes of the requester alone is waited for, so that their own client may ask them.
    /// Never for a yes that others must give, and never for the undo of something.
    var mayBeConfirmedByClient: Bool {
        guard case .held = phase, let approval, !isUndo else { return false }
        return approval.state == .pending && approval.isConfirmation
    }
}

extension Doors {
    /// The requester's word as their client passes it on.
    fileprivate func decide(
        _ approval: ApprovalID, _ decision: ApprovalDecision, byClientOf caller: Caller,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(DoorError) -> CallView {
        try decide(approval, decision, by: .client(caller.person), in: journal, moment)
    }
}

/// What the user said, as far as it says anything.
enum ConfirmationWord: Hashable, Sendable {
    case yes
    /// An explicit no: the call is denied.
    case no
    /// No decision: the call goes on waiting.
    case dismissed

    static let field = "confirm"

    /// Nil for an answer that is none to what was asked.
    init?(_ answer: QuestionAnswer) {
        switch answer {
        case .accepted(let content):
            guard let isYes = content[ConfirmationWord.field]?.boolValue else { return nil }
            self = isYes ? .yes : .no
        case .declined: self = .no
        case .dismissed: self = .dismissed
        case .unusable: return nil
        }
    }

    fileprivate var decision: ApprovalDecision? {
        switch self {
        case .yes: .approve()
        case .no: .deny(reason: "declined through the client")
        case .dismissed: nil
        }
    }
}

/// By what an answer is known to be one to a question of ours.
enum ConfirmationProof: Hashable, Sendable {
    /// The state that went out with the question and came back.
    case ticket(QuestionTicket)
    /// The key of a task's question.
    case key(String)
    /// The connection itself: it answered a request of ours.
    case connection
}

/// What has become of a confirmation.
enum ConfirmationEnd: Sendable {
    case decided(CallView)
    case dismissed(CallView)
    /// It answers no open question of this caller.
    case notAsked
}

extension ToolHost {
    /// What the user of a held call's client is asked; nil where nobody there may decide it.
    func question(
        about view: CallView, _ reading: any JournalReading
    ) throws(JournalFault) -> (approval: ApprovalID, form: QuestionForm)? {
        guard view.call.mayBeConfirmedByClient, view.caller.owns(caller),
            let approval = view.call.approval, clock.now() < approval.decideBy
        else { return nil }
        let entries = EntryReader(reading, ManifestShelf(catalog), now: clock.now())
        // What cannot be shown whole is not decided by it.
        guard let place = try reading.place(of: approval.id),
            let text = try entries.approval(at: place)?.question,
            text.utf8.count <= HostLimits.questionBytes
        else { return nil }
        return (approval.id, QuestionForm(message: text, schema: ToolHost.confirmationSchema))
    }

    private static let confirmationSchema: JSONValue = [
        "type": "object",
        "properties": [
            .init(stringLiteral: ConfirmationWord.field): [
                "type": "boolean", "title": "Do it",
                "description": "Yes does it once, exactly as shown. No is final for this call.",
            ]
        ],
        "required": [.string(ConfirmationWord.field)],
    ]

    /// Records what the user said, once: in one transaction with the question's end.
    func confirm(
        _ call: CallID, _ approval: ApprovalID, _ word: ConfirmationWord,
        by proof: ConfirmationProof, in open: OpenJournal
    ) throws(DoorError) -> ConfirmationEnd {
        let doors = doors(of: open)
        let caller = self.caller
        return try open.perform(.flushed) { transaction, moment throws(DoorError) in
            var record: ConfirmationRecord
            let found: CallView?
            do throws(JournalFault) {
                found = try transaction.view(of: call)
                record = try ConfirmationRecord.of(approval, in: transaction)
            } catch {
                throw .fault(error)
            }
            guard let view = found, view.caller.owns(caller), view.call.mayBeConfirmedByClient,
                view.call.approval?.id == approval, record.isAsking(proof, about: approval)
            else { return .notAsked }
            let end: ConfirmationEnd
            if let decision = word.decision {
                end = .decided(
                    try doors.decide(
                        approval, decision, byClientOf: caller, in: transaction, moment))
            } else {
                record.close(proof)
                end = .dismissed(view)
            }
            do throws(JournalFault) {
                let rest = word.decision == nil ? record : nil
                try ConfirmationRecord.set(rest, of: approval, in: transaction)
            } catch {
                throw .fault(error)
            }
            return end
        }
    }

    /// Hands out a ticket for an answer that comes with the repeated request.
    func ticket(
        for approval: ApprovalID, in open: OpenJournal
    ) throws(DoorError) -> QuestionTicket {
        var entropy = Chance.entropy()
        let now = clock.now()
        let ticket = QuestionTicket(
            approval, QuestionID.mint(now: now, entropy: &entropy))
        try change(approval, in: open) { record in
            record.hand(out: ticket)
            return true
        }
        return ticket
    }

    /// A user who turned away is asked once more when the call is made once more.
    func askAnew(_ approval: ApprovalID, in open: OpenJournal) throws(DoorError) {
        try change(approval, in: open) { $0.askAnew() }
    }

    private func change(
        _ approval: ApprovalID, in open: OpenJournal,
        _ change: @escaping @Sendable (inout ConfirmationRecord) -> Bool
    ) throws(DoorError) {
        try open.perform(.committed) { transaction, _ throws(DoorError) in
            do throws(JournalFault) {
                var record = try ConfirmationRecord.of(approval, in: transaction)
                guard change(&record) else { return }
                try ConfirmationRecord.set(record, of: approval, in: transaction)
            } catch {
                throw .fault(error)
            }
        }
    }
}

extension ConfirmationRecord {
    fileprivate func isAsking(_ proof: ConfirmationProof, about approval: ApprovalID) -> Bool {
        switch proof {
        case .ticket(let ticket): ticket.approval == approval && holds(ticket)
        case .key(let key): !isDismissed && key == self.key(of: approval)
        case .connection: true
        }
    }

    fileprivate mutating func close(_ proof: ConfirmationProof) {
        switch proof {
        case .ticket(let ticket): take(back: ticket)
        case .key: dismissRound()
        case .connection: break
        }
    }
}
