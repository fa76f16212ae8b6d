// What views ask of a record: the call it is about, its payloads, its leaf's parts.

import Engine
import JSON

extension Event {
    /// The call that the event is about; nil for the run's own events.
    var call: CallID? {
        switch self {
        case .runOpened, .manifestsPinned, .runCompleted: nil
        case .callAccepted(let accepted): accepted.call
        case .approvalRequested(let call, _), .approvalGranted(let call, _, _, _, _),
            .approvalDenied(let call, _, _, _), .approvalExpired(let call, _, _),
            .attemptStarted(let call, _), .attemptSucceeded(let call, _, _, _),
            .attemptFailed(let call, _, _, _), .attemptUnknown(let call, _, _),
            .lateAnswer(let call, _, _, _), .recoveryExhausted(let call),
            .cancelRequested(let call, _), .callCancelled(let call, _),
            .callResolved(let call, _, _, _), .outcomeDelivered(let call):
            call
        }
    }

    private var referenced: [PayloadRef?] {
        switch self {
        case .runOpened(let opened): [opened.purpose, opened.intentID]
        case .runCompleted(let summary): [summary]
        case .callAccepted(let accepted): [accepted.arguments]
        case .approvalGranted(_, _, _, _, let reason): [reason]
        case .approvalDenied(_, _, _, let reason): [reason]
        case .attemptSucceeded(_, _, let result, _): [result]
        case .attemptFailed(_, _, _, let error): [error]
        case .attemptUnknown(_, _, let unknown): [unknown.error]
        case .lateAnswer(_, _, _, let payload): [payload]
        case .cancelRequested(_, let reason), .callCancelled(_, let reason): [reason]
        case .callResolved(_, .succeeded(let result), _, let reason): [reason, result]
        case .callResolved(_, .failed, _, let reason), .callResolved(_, .retry, _, let reason):
            [reason]
        case .manifestsPinned, .approvalRequested, .approvalExpired, .attemptStarted,
            .recoveryExhausted, .outcomeDelivered:
            []
        }
    }

    var payloads: [PayloadRef] { referenced.compactMap { $0 } }
}

extension Record {
    var payloads: [PayloadRef] { event.payloads }

    /// The word of the event's kind, as the leaf has it.
    var kind: String { leaf["kind"]?.stringValue ?? "" }
    var attempt: Int? { leaf["attempt"]?.intValue }
    var body: JSONValue { leaf["body"] ?? [:] }
}
