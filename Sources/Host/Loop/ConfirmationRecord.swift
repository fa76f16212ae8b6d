// What a client has been asked about an approval and may still answer: kept in the journal under a
// key of its own, so that an answer may come to another process, and counts once. No event follows
// from it: what a person decides is recorded by the engine's own door.

import Engine
import JSON
import Proofs

/// The unguessable part of what a client sends back with its answer.
struct QuestionID: MintedID {
    static let prefix = "ask"
    let text: String
    init(unchecked text: String) { self.text = text }
}

/// What goes out with a question and must come back with its answer: which approval is meant, and
/// that it was asked here.
struct QuestionTicket: Hashable, Sendable, CustomStringConvertible {
    let approval: ApprovalID
    let question: QuestionID

    init(_ approval: ApprovalID, _ question: QuestionID) {
        self.approval = approval
        self.question = question
    }

    /// Nil for what is none of ours.
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, let approval = ApprovalID(String(parts[0]) ?? ""),
            let question = QuestionID(String(parts[1]) ?? "")
        else { return nil }
        self.init(approval, question)
    }

    var description: String { "\(approval).\(question)" }

    /// As the journal keeps it: who can only read that cannot answer.
    fileprivate var seal: String { Digest.sha256(Array(description.utf8)).hex }
}

/// The open questions about one approval.
struct ConfirmationRecord: Hashable, Sendable {
    /// How often a task was made to ask. Each time is another question, with another key.
    private(set) var round = 1
    /// Whether the user has turned away from this round.
    private(set) var isDismissed = false
    /// Of the tickets that are out, the oldest first.
    private var seals: [String] = []

    init() {}

    func key(of approval: ApprovalID) -> String {
        round == 1 ? approval.text : "\(approval).\(round)"
    }

    func holds(_ ticket: QuestionTicket) -> Bool { seals.contains(ticket.seal) }

    mutating func hand(out ticket: QuestionTicket) {
        seals.append(ticket.seal)
        // Whoever asks again and again answers the newest.
        seals = seals.suffix(HostLimits.openQuestions)
    }

    mutating func take(back ticket: QuestionTicket) { seals.removeAll { $0 == ticket.seal } }

    mutating func dismissRound() { isDismissed = true }

    /// - Returns: whether that changed anything.
    mutating func askAnew() -> Bool {
        guard isDismissed else { return false }
        round += 1
        isDismissed = false
        return true
    }
}

extension ConfirmationRecord {
    private static func name(_ approval: ApprovalID) -> KeyName {
        KeyName("confirmation:\(approval)")
    }

    static func of(
        _ approval: ApprovalID, in journal: some JournalLookup
    ) throws(JournalFault) -> ConfirmationRecord {
        guard let bytes = try journal.key(name(approval)) else { return ConfirmationRecord() }
        do {
            return try ConfirmationRecord(try JSONParser.parse(bytes))
        } catch {
            throw JournalFault(
                .corrupt, "What was asked about \(approval) cannot be read: \(error).")
        }
    }

    /// - Parameter record: nil once nothing more can be answered.
    static func set(
        _ record: ConfirmationRecord?, of approval: ApprovalID, in journal: any JournalTransaction
    ) throws(JournalFault) {
        try journal.setKey(name(approval), to: record?.json.compactBytes())
    }

    private struct Unreadable: Error {}

    private init(_ json: JSONValue) throws(Unreadable) {
        guard let round = json["round"]?.intValue, let isDismissed = json["dismissed"]?.boolValue,
            let seals = json["open"]?.arrayValue
        else { throw Unreadable() }
        self.round = round
        self.isDismissed = isDismissed
        self.seals = seals.compactMap(\.stringValue)
    }

    private var json: JSONValue {
        [
            "round": .integer(round), "dismissed": .bool(isDismissed),
            "open": .array(seals.map(JSONValue.string)),
        ]
    }
}
