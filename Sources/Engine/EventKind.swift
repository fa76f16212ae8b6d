// The kinds of event by the words that stand in records, and an event taken apart for writing.

package import JSON
import Proofs

/// A released word is never renamed or reused.
package enum EventKind: String, Sendable, CaseIterable {
    case runOpened = "run_opened"
    case manifestsPinned = "manifests_pinned"
    case runCompleted = "run_completed"
    case runAborting = "run_aborting"
    case abortForced = "abort_forced"
    case runAborted = "run_aborted"
    case runQuarantined = "run_quarantined"
    case runReleased = "run_released"
    case halted, resumed
    case callAccepted = "call_accepted"
    case approvalRequested = "approval_requested"
    case approvalGranted = "approval_granted"
    case approvalDenied = "approval_denied"
    case approvalExpired = "approval_expired"
    case callQueued = "call_queued"
    case attemptStarted = "attempt_started"
    case attemptSucceeded = "attempt_succeeded"
    case attemptFailed = "attempt_failed"
    case attemptUnknown = "attempt_unknown"
    case senderGone = "sender_gone"
    case probeStarted = "probe_started"
    case probeEnded = "probe_ended"
    case lateAnswer = "late_answer"
    case recoveryExhausted = "recovery_exhausted"
    case cancelRequested = "cancel_requested"
    case callCancelled = "call_cancelled"
    case callResolved = "call_resolved"
    case outcomeDelivered = "outcome_delivered"
    case callCompensated = "call_compensated"
    case undoFailed = "undo_failed"
    case undoImpossible = "undo_impossible"
    case leftStanding = "left_standing"
    case callDenied = "call_denied"
    case callShadowed = "call_shadowed"
    case decisionMade = "decision_made"
    case approvalReminded = "approval_reminded"
    case approvalEscalated = "approval_escalated"
    case grantIssued = "grant_issued"
    case grantRevoked = "grant_revoked"
}

extension Event {
    /// The call that the event is about; nil for what concerns the whole run, or the journal.
    package var call: CallID? {
        switch self {
        case .runOpened, .manifestsPinned, .runCompleted, .runAborting, .abortForced, .runAborted,
            .runQuarantined, .runReleased, .halted, .resumed:
            nil
        case .callAccepted(let accepted): accepted.call
        case .callDenied(let id, _, _), .callShadowed(let id, _, _),
            .decisionMade(let id, _, _), .approvalReminded(let id, _),
            .approvalEscalated(let id, _, _), .grantIssued(let id, _),
            .grantRevoked(let id, _, _), .approvalRequested(let id, _),
            .approvalGranted(let id, _, _, _, _),
            .approvalDenied(let id, _, _, _), .approvalExpired(let id, _, _),
            .attemptStarted(let id, _), .attemptSucceeded(let id, _, _, _, _),
            .attemptFailed(let id, _, _, _, _), .attemptUnknown(let id, _, _),
            .lateAnswer(let id, _, _, _), .senderGone(let id, _), .probeStarted(let id, _),
            .probeEnded(let id, _, _), .recoveryExhausted(let id), .cancelRequested(let id, _),
            .callCancelled(let id, _), .callResolved(let id, _, _, _), .outcomeDelivered(let id),
            .callCompensated(let id, _), .undoFailed(let id), .undoImpossible(let id, _),
            .leftStanding(let id), .callQueued(let id):
            id
        }
    }
    package var payloads: [PayloadRef] { EventParts(self).payloads }
    package var kind: EventKind { EventParts(self).kind }
    package var attempt: Int? { EventParts(self).attempt }
    /// As the leaf has it.
    package var body: JSONObject { EventParts(self).body }
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
            body.set("deadline", opened.deadline)
        case .manifestsPinned(let pins):
            self.init(.manifestsPinned)
            body = ["manifests": .object(JSONObject(pins: pins))]
        case .runCompleted(let summary):
            self.init(.runCompleted, payloads: [summary])
        case .runAborting, .abortForced, .runAborted, .runQuarantined, .runReleased, .halted,
            .resumed:
            self.init(stop: event)
        case .callAccepted(let accepted):
            self.init(
                .callAccepted, accepted.call,
                payloads: [accepted.arguments, accepted.charge?.amount])
            body = accepted.body
        case .callDenied, .callShadowed, .approvalRequested, .decisionMade, .approvalReminded,
            .approvalEscalated, .approvalGranted, .approvalDenied, .approvalExpired,
            .grantIssued, .grantRevoked:
            self.init(permission: event)
        case .cancelRequested(let call, let reason):
            self.init(.cancelRequested, call, payloads: [reason])
        case .callCancelled(let call, let reason):
            self.init(.callCancelled, call, payloads: [reason])
        case .callResolved(let call, let resolution, let by, let reason):
            self.init(.callResolved, call, payloads: [reason])
            add(resolution)
            body["by"] = .string(by)
        case .outcomeDelivered(let call): self.init(.outcomeDelivered, call)
        case .callQueued(let call): self.init(.callQueued, call)
        case .recoveryExhausted(let call): self.init(.recoveryExhausted, call)
        case .callCompensated(let call, let by):
            self.init(.callCompensated, call)
            body = ["by": .string(by.text)]
        case .undoFailed(let call): self.init(.undoFailed, call)
        case .undoImpossible(let call, let reason):
            self.init(.undoImpossible, call, payloads: [reason])
        case .leftStanding(let call): self.init(.leftStanding, call)
        case .attemptStarted, .attemptSucceeded, .attemptFailed, .attemptUnknown, .lateAnswer,
            .senderGone, .probeStarted, .probeEnded:
            self.init(attempt: event)
        }
    }

    init(
        _ kind: EventKind, _ call: CallID? = nil, _ attempt: Int? = nil,
        payloads: [PayloadRef?] = []
    ) {
        self.kind = kind
        self.call = call
        self.attempt = attempt
        self.payloads = payloads.compactMap { $0 }
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
            if started.purpose != .effect { body.set("purpose", started.purpose.rawValue) }
        case .attemptSucceeded(let call, let number, let result, let withheld, let confirmAt):
            self.init(.attemptSucceeded, call, number, payloads: [result])
            body.set("withheld", withheld?.rawValue)
            body.set("confirm_at", confirmAt)
        case .attemptFailed(let call, let number, let failure, let error, let retryAt):
            self.init(.attemptFailed, call, number, payloads: [error])
            body = ["class": .string(failure.rawValue)]
            body.set("retry_at", retryAt)
        case .attemptUnknown(let call, let number, let unknown):
            self.init(.attemptUnknown, call, number, payloads: [unknown.error])
            body = ["cause": .string(unknown.cause.rawValue)]
            body.set("recover_at", unknown.recoverAt)
        case .lateAnswer(let call, let number, let answer, let payload):
            self.init(.lateAnswer, call, number, payloads: [payload])
            body = ["answer": .string(answer.rawValue)]
        case .senderGone(let call, let number): self.init(.senderGone, call, number)
        case .probeStarted(let call, let probing):
            self.init(.probeStarted, call)
            body = [
                "purpose": .string(probing.purpose.rawValue), "number": .integer(probing.number),
                "owner": .string(probing.owner.text),
                "started_at": .string(probing.startedAt.description),
                "lease_until": .string(probing.leaseUntil.description),
            ]
        case .probeEnded(let call, let ended, let payload):
            self.init(.probeEnded, call, payloads: [payload])
            body = [
                "purpose": .string(ended.purpose.rawValue), "number": .integer(ended.number),
                "answer": .string(ended.answer.rawValue),
            ]
            body.set("next_at", ended.nextAt)
        case .runOpened, .manifestsPinned, .runCompleted, .callAccepted, .approvalRequested,
            .approvalGranted, .approvalDenied, .approvalExpired, .cancelRequested,
            .callCancelled, .callResolved, .outcomeDelivered, .recoveryExhausted, .runAborting,
            .abortForced, .runAborted, .runQuarantined, .runReleased, .halted, .resumed,
            .callCompensated, .undoFailed, .undoImpossible, .leftStanding, .callDenied,
            .callShadowed, .decisionMade, .approvalReminded, .approvalEscalated, .grantIssued,
            .grantRevoked, .callQueued:
            preconditionFailure("Only events about an attempt or a probe are taken apart here.")
        }
    }

    private init(stop event: Event) {
        switch event {
        case .runAborting(let aborting):
            self.init(.runAborting, payloads: [aborting.reason])
            body = ["cause": .string(aborting.cause.rawValue), "by": .string(aborting.by)]
        case .abortForced(let by, let reason):
            self.init(.abortForced, by: by, reason)
        case .runAborted: self.init(EventKind.runAborted)
        case .runQuarantined(let by, let reason): self.init(.runQuarantined, by: by, reason)
        case .runReleased(let by, let reason): self.init(.runReleased, by: by, reason)
        case .halted(let scope, let by, let reason):
            self.init(.halted, by: by, reason)
            body.set(scope)
        case .resumed(let scope, let by, let reason):
            self.init(.resumed, by: by, reason)
            body.set(scope)
        case .runOpened, .manifestsPinned, .runCompleted, .callAccepted, .approvalRequested,
            .approvalGranted, .approvalDenied, .approvalExpired, .cancelRequested,
            .callCancelled, .callResolved, .outcomeDelivered, .recoveryExhausted,
            .callCompensated, .undoFailed, .undoImpossible, .leftStanding, .attemptStarted,
            .attemptSucceeded, .attemptFailed, .attemptUnknown, .lateAnswer, .senderGone,
            .probeStarted, .probeEnded, .callDenied, .callShadowed, .decisionMade,
            .approvalReminded, .approvalEscalated, .grantIssued, .grantRevoked, .callQueued:
            preconditionFailure("Only stops of a run or of more are taken apart here.")
        }
    }

    private init(_ kind: EventKind, by: String, _ reason: PayloadRef) {
        self.init(kind, payloads: [reason])
        body = ["by": .string(by)]
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
        switch origin {
        case .agent: break
        case .undo(let undone): body["undo_of"] = .string(undone.text)
        case .grant(let scope): body["grant"] = scope.json
        }
        body.set(followUps)
        if let ruling { body["ruling"] = ruling.json }
        if isByPerson { body["by_person"] = true }
        body.set(labels)
        body.set("taint", taint)
        if let charge { body["charge"] = .object(charge.json) }
        return body
    }
}
