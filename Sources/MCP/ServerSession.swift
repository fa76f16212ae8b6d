// The server's side of one pipe: lines in, effects out. It holds what must be remembered between
// lines and nothing about tools. No reading, writing, waiting or clock: all that is the host's.

import JSON

/// An MCP server session over stdio, for every version at once.
///
/// A line is judged in a fixed order (size, JSON, shape, id, version, method, `_meta`, params) and
/// either answered at once or handed to the host under a `RequestHandle`. The host answers every
/// handle exactly once, in any order, also after a cancellation: the session knows who may still
/// hear of it.
package struct ServerSession: Sendable {
    let identity: ServerIdentity
    let offer: ServerOffer
    /// Nil until `initialize`.
    var agreement: LegacyAgreement?
    var requests = InFlightTable()
    var batches = BatchTable()
    var subscriptions = SubscriptionTable()
    var questions = QuestionTable()
    private var unparsableAnswers = AnswerBudget()
    private var oversizedAnswers = AnswerBudget()

    package init(identity: ServerIdentity, offer: ServerOffer) {
        self.identity = identity
        self.offer = offer
    }

    /// Requests the host has not answered yet, cancelled ones included.
    package var inFlight: Int { requests.count }

    package mutating func receive(_ line: [UInt8], nowMs: Int64) -> [SessionEffect] {
        switch InboundLine(line) {
        case .unparsable(let reason):
            let isAnswered = unparsableAnswers.take(nowMs: nowMs)
            let note = SessionEffect.note(.unparsable(reason: reason, answered: isAnswered))
            return isAnswered ? [note, .send(Self.unreadable(.parseError(reason)))] : [note]
        case .refused(let reason):
            return refuseUnreadable(reason)
        case .message(let message):
            return take(message, in: nil)
        case .batch(let elements):
            return takeBatch(elements)
        }
    }

    /// A line that was too long to be read.
    package mutating func receiveOversized(nowMs: Int64) -> [SessionEffect] {
        let isAnswered = oversizedAnswers.take(nowMs: nowMs)
        let note = SessionEffect.note(.oversized(answered: isAnswered))
        guard isAnswered else { return [note] }
        let limit = MCPLimits.lineBytes
        let error = ErrorAnswer.invalidRequest(
            "a line of more than \(limit) bytes was discarded; send less at once")
        return [note, .send(Self.unreadable(error))]
    }

    mutating func take(_ message: InboundMessage, in batch: BatchNumber?) -> [SessionEffect] {
        switch message {
        case .request(let request): return take(request, in: batch)
        case .notification(let method, let params): return takeNotification(method, params)
        case .response(let response): return take(response)
        case .malformed(let id, let reason):
            let note = SessionEffect.note(.malformed(reason: reason))
            return [note] + reply(.failure(.invalidRequest(reason)), to: id, in: batch)
        }
    }

    private mutating func takeBatch(_ elements: [JSONValue]) -> [SessionEffect] {
        guard agreement?.version.hasBatches == true else {
            return refuseUnreadable(
                "batches exist only after initialize with 2025-03-26; send one message a line")
        }
        guard elements.isEmpty == false else { return refuseUnreadable("the batch is empty") }
        guard elements.count <= MCPLimits.batchMessages else {
            return refuseUnreadable(
                "a batch may hold \(MCPLimits.batchMessages) messages, not \(elements.count)")
        }
        let batch = batches.open()
        var effects: [SessionEffect] = []
        for element in elements { effects += take(InboundMessage(element), in: batch) }
        return effects + settle(batch)
    }

    private mutating func refuseUnreadable(_ reason: String) -> [SessionEffect] {
        [
            .note(.malformed(reason: reason)),
            .send(Self.unreadable(.invalidRequest(reason))),
        ]
    }
}
