// What a session made by itself: its requests under way, and the runs, calls and approvals that
// came into being in it. Whatever else an answer names was there before, or is another host's.

import Engine
import JSON
import JSONSchema

/// A request of the client.
struct AskedRequest {
    let method: String
    /// Of `tools/call`.
    var tool: String?
    /// The run it names, by its argument or beside it.
    var run: String?
}

struct SessionPast {
    /// What the last attempt of a call came to.
    enum Came {
        case toSuccess, toFailure, toNothingKnown
        /// To nothing known, and a probe that answered has told since.
        case toWhatWasFound
    }

    struct Tried {
        var outcome: Came?
        var schemas: AttemptSchemas?
    }

    /// By the text of their ids; more than one where an id was used again while it was taken.
    private var asked: [String: [AskedRequest]] = [:]
    private var askedCount = 0
    /// Calls that the client took back: they may begin all the same.
    private var withdrawn: [AskedRequest] = []
    private var made: Set<String> = []
    private(set) var tried: [String: Tried] = [:]

    /// - Returns: false where there are too many.
    mutating func ask(_ id: JSONValue, _ request: AskedRequest) -> Bool {
        guard askedCount < HostLimits.recordedRequests else { return false }
        askedCount += 1
        asked[id.compactText, default: []].append(request)
        return true
    }

    /// It will not be answered.
    mutating func cancel(_ id: JSONValue) {
        guard let request = answered(id, isRefusal: false), request.tool != nil else { return }
        withdrawn.append(request)
        if withdrawn.count > HostLimits.recordedRequests { withdrawn.removeFirst() }
    }

    /// The request that is answered: an id that is taken is refused at once, and the request that
    /// has it goes on.
    mutating func answered(_ id: JSONValue, isRefusal: Bool) -> AskedRequest? {
        let key = id.compactText
        guard var waiting = asked.removeValue(forKey: key) else { return nil }
        askedCount -= waiting.count
        defer {
            askedCount += waiting.count
            if !waiting.isEmpty { asked[key] = waiting }
        }
        return isRefusal ? waiting.removeLast() : waiting.removeFirst()
    }

    mutating func make(_ id: String?) { if let id { made.insert(id) } }

    func isMade(_ id: String) -> Bool { made.contains(id) }

    /// Whether a request may mean the run it names, or means none.
    func knowsRun(of request: AskedRequest) -> Bool { request.run.map(isMade) ?? true }

    /// The ids in `value` that nothing in this session made. Hosts come and go beside it.
    func strangers(in value: JSONValue) -> [String] {
        switch value {
        case .null, .bool, .number: return []
        case .string(let text):
            return SessionRenaming.pieces(of: text).compactMap { piece in
                switch piece {
                // Of owners and questions nobody is told before.
                case .id(let id) where OwnerID(id) != nil || QuestionID(id) != nil: nil
                case .id(let id): isMade(id) ? nil : id
                case .words, .time: nil
                }
            }
        case .array(let elements): return elements.flatMap(strangers)
        case .object(let object): return object.members.flatMap { strangers(in: $0.value) }
        }
    }

    /// - Returns: whether the attempt's call is one of this session's.
    mutating func begin(_ attempt: Attempt, _ schemas: AttemptSchemas?, since start: Instant)
        -> Bool
    {
        // What a probe answers with is not the call's own result.
        if !attempt.isProbe { tried[attempt.call.text, default: Tried()].schemas = schemas }
        if isMade(attempt.call.text) { return true }
        guard attempt.basis.createdAt >= start else { return false }
        // The host itself undoes what this session did.
        if let undone = attempt.basis[attempt.call]?.undoes, isMade(undone.text) {
            make(attempt.call.text)
            return true
        }
        // It may begin before its request is answered, and so before anybody is told its name.
        let open = asked.values.joined() + withdrawn
        guard open.contains(where: { $0.tool == attempt.tool.text && knowsRun(of: $0) }) else {
            return false
        }
        make(attempt.call.text)
        make(attempt.run.text)
        return true
    }

    mutating func end(_ attempt: Attempt, _ outcome: AttemptOutcome) {
        let came: Came =
            switch outcome {
            case .succeeded, .succeededTooLarge: .toSuccess
            case .failed, .voided: .toFailure
            case .unknown: .toNothingKnown
            }
        guard attempt.isProbe else {
            tried[attempt.call.text, default: Tried()].outcome = came
            return
        }
        if tried[attempt.call.text]?.outcome == .toNothingKnown, came == .toSuccess {
            tried[attempt.call.text]?.outcome = .toWhatWasFound
        }
    }
}

extension Attempt {
    /// Whether it is a read that the call's manifest names, and not a try at the call itself.
    fileprivate var isProbe: Bool { basis[call].map { $0.tool != tool } ?? false }
}
