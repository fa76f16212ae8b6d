// The kinds of event by the words that stand in records, and an event taken apart for writing.

import JSON
import Proofs

/// A released word is never renamed or reused.
package enum EventKind: String, Sendable, CaseIterable {
    case runOpened = "run_opened"
    case manifestsPinned = "manifests_pinned"
    case runCompleted = "run_completed"
    case callAccepted = "call_accepted"
    case approvalRequested = "approval_requested"
    case approvalGranted = "approval_granted"
    case approvalDenied = "approval_denied"
    case approvalExpired = "approval_expired"
    case attemptStarted = "attempt_started"
    case attemptSucceeded = "attempt_succeeded"
    case attemptFailed = "attempt_failed"
    case attemptUnknown = "attempt_unknown"
    case lateAnswer = "late_answer"
    case recoveryExhausted = "recovery_exhausted"
    case cancelRequested = "cancel_requested"
    case callCancelled = "call_cancelled"
    case callResolved = "call_resolved"
    case outcomeDelivered = "outcome_delivered"
}

/// An event as a leaf holds it: its kind, what it is about, its body and its payloads.
struct EventParts {
    var kind: EventKind
    var call: CallID?
    var attempt: Int?
    var body: JSONObject = [:]
    var payloads: [PayloadRef] = []

    init(_ event: Event) {
        switch event {
        case .runOpened(let opened):
            self.init(.runOpened, payloads: [opened.purpose, opened.intentID])
            body = [
                "profile": .string(opened.caller.profile),
                "on_behalf_of": .string(opened.caller.person),
                "account": .string(opened.caller.account), "single": .bool(opened.isSingle),
                "manifests": .object(JSONObject(pins: opened.pins)),
            ]
            body.set("intent", opened.intent)
        case .manifestsPinned(let pins):
            self.init(.manifestsPinned)
            body = ["manifests": .object(JSONObject(pins: pins))]
        case .runCompleted(let summary):
            self.init(.runCompleted, payloads: [summary])
        case .callAccepted(let accepted):
            self.init(.callAccepted, accepted.call, payloads: [accepted.arguments])
            body = accepted.body
        case .approvalRequested(let call, let request):
            self.init(.approvalRequested, call)
            body = [
                "approval": .string(request.approval.text), "rule": .string(request.rule),
                "action": .string(request.action.hex),
                "decide_by": .string(request.decideBy.description),
                "execute_within_ms": .integer(Int(request.executeWithinMs)),
            ]
        case .approvalGranted(let call, let approval, let by, let executeBy, let reason):
            self.init(.approvalGranted, call, payloads: [reason])
            body = [
                "approval": .string(approval.text), "by": .string(by),
                "execute_by": .string(executeBy.description),
            ]
        case .approvalDenied(let call, let approval, let by, let reason):
            self.init(.approvalDenied, call, payloads: [reason])
            body = ["approval": .string(approval.text), "by": .string(by)]
        case .approvalExpired(let call, let approval, let clock):
            self.init(.approvalExpired, call)
            body = ["approval": .string(approval.text), "clock": .string(clock.rawValue)]
        case .cancelRequested(let call, let reason):
            self.init(.cancelRequested, call, payloads: [reason])
        case .callCancelled(let call, let reason):
            self.init(.callCancelled, call, payloads: [reason])
        case .callResolved(let call, let resolution, let by, let reason):
            self.init(.callResolved, call, payloads: [reason])
            add(resolution)
            body["by"] = .string(by)
        case .outcomeDelivered(let call): self.init(.outcomeDelivered, call)
        case .recoveryExhausted(let call): self.init(.recoveryExhausted, call)
        case .attemptStarted, .attemptSucceeded, .attemptFailed, .attemptUnknown, .lateAnswer:
            self.init(attempt: event)
        }
    }

    private init(attempt event: Event) {
        switch event {
        case .attemptStarted(let call, let started):
            self.init(.attemptStarted, call, started.number)
            body = [
                "owner": .string(started.owner.text),
                "lease_until": .string(started.leaseUntil.description),
                "recoveries": .integer(started.recoveries),
            ]
        case .attemptSucceeded(let call, let number, let result, let withheld):
            self.init(.attemptSucceeded, call, number, payloads: [result])
            body.set("withheld", withheld?.rawValue)
        case .attemptFailed(let call, let number, let failure, let error):
            self.init(.attemptFailed, call, number, payloads: [error])
            body = ["class": .string(failure.rawValue)]
        case .attemptUnknown(let call, let number, let unknown):
            self.init(.attemptUnknown, call, number, payloads: [unknown.error])
            body = ["cause": .string(unknown.cause.rawValue)]
            body.set("recover_at", unknown.recoverAt)
        case .lateAnswer(let call, let number, let answer, let payload):
            self.init(.lateAnswer, call, number, payloads: [payload])
            body = ["answer": .string(answer.rawValue)]
        case .runOpened, .manifestsPinned, .runCompleted, .callAccepted, .approvalRequested,
            .approvalGranted, .approvalDenied, .approvalExpired, .cancelRequested,
            .callCancelled, .callResolved, .outcomeDelivered, .recoveryExhausted:
            preconditionFailure("Only events about an attempt are taken apart here.")
        }
    }

    private init(
        _ kind: EventKind, _ call: CallID? = nil, _ attempt: Int? = nil,
        payloads: [PayloadRef?] = []
    ) {
        self.kind = kind
        self.call = call
        self.attempt = attempt
        self.payloads = payloads.compactMap { $0 }
    }

    private mutating func add(_ resolution: Resolution) {
        switch resolution {
        case .succeeded(let result):
            body["as"] = "succeeded"
            payloads.append(result)
        case .failed(let failure):
            body["as"] = "failed"
            body["class"] = .string(failure.rawValue)
        case .retry:
            body["as"] = "retry"
        }
    }
}

extension CallAccepted {
    fileprivate var body: JSONObject {
        var body: JSONObject = [
            "tool": .string(tool.text), "manifest": .string(manifest.description),
            "delivery": .string(delivery.rawValue), "timeout_ms": .integer(Int(timeoutMs)),
            "environment": .string(environment),
        ]
        body.set("reversibility", reversibility?.rawValue)
        body.set("traceparent", traceparent)
        if let key { body["key"] = key.json }
        return body
    }
}
