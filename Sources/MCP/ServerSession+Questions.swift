// Questions to a client that has shaken hands, while its call waits: sent as requests of our own,
// their answers led back to the call, taken back with it. What is asked is the host's.

import JSON

/// The questions that are open, each belonging to a call in flight: one at a time for each, so
// that there are never more of them than of calls.
struct QuestionTable: Sendable {
    private var asked: [RequestID: RequestHandle] = [:]
    private var minted = 0

    func isOpen(for call: RequestHandle) -> Bool { id(for: call) != nil }

    /// Unlike the client's ids, so that no reader of a recording takes one for the other.
    mutating func open(for call: RequestHandle) -> RequestID {
        precondition(isOpen(for: call) == false, "one question at a time")
        minted += 1
        guard let id = RequestID(.string("question-\(minted)")) else {
            preconditionFailure("a short text is an id")
        }
        asked[id] = call
        return id
    }

    /// The call whose question this answers; nil for every other id.
    mutating func close(_ id: RequestID) -> RequestHandle? { asked.removeValue(forKey: id) }

    /// Takes back the call's question.
    mutating func withdraw(for call: RequestHandle) -> RequestID? {
        guard let id = id(for: call) else { return nil }
        asked[id] = nil
        return id
    }

    private func id(for call: RequestHandle) -> RequestID? {
        asked.first { $0.value == call }?.key
    }
}

extension ServerSession {
    /// Puts a form to the user of the client that made the call, while the call waits.
    /// - Returns: nothing where that cannot be: it is over, or its client cannot be asked this way.
    package mutating func ask(
        _ call: RequestHandle, _ form: QuestionForm
    ) -> [SessionEffect] {
        guard let request = requests.waiting(call), request.question == .toolCall,
            request.version.isStateless == false, request.abilities.showsForms,
            questions.isOpen(for: call) == false
        else { return [] }
        let id = questions.open(for: call)
        let params = encoder(request.version).parameters(of: form)
        let message = Outbound.request(id, ElicitationMethod.create, params)
        return [.send(Outbound.line(message))]
    }

    /// A response of the client: to an open question, or to nothing.
    mutating func take(_ response: InboundResponse) -> [SessionEffect] {
        guard let id = response.id, let call = questions.close(id) else {
            return [.note(.responseIgnored)]
        }
        return [.answered(call, QuestionAnswer(response))]
    }

    /// What is sent so that nobody is asked any longer for a call that is over.
    mutating func withdrawQuestion(of call: RequestHandle, _ reason: String) -> [SessionEffect] {
        guard let id = questions.withdraw(for: call) else { return [] }
        let message = Outbound.notification(
            "notifications/cancelled", ["requestId": id.value, "reason": .string(reason)])
        return [.send(Outbound.line(message))]
    }
}

extension QuestionAnswer {
    fileprivate init(_ response: InboundResponse) {
        switch response.outcome {
        case .result(let result): self.init(.object(result))
        case .error(let error):
            self = .unusable(reason: "the client answered with error \(error.code)")
        case .malformed(let reason): self = .unusable(reason: reason)
        }
    }
}
