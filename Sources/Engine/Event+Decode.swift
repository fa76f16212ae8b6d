// Reading an event back from a leaf's parts. The twin of EventParts; both change together.

import JSON

extension Event {
    init(
        kind: EventKind, _ leaf: ObjectReader, payloads: [PayloadRef]
    ) throws(JSONShapeError) {
        let source = EventSource(leaf: leaf, body: try leaf.object("body"), payloads: payloads)
        switch kind {
        case .runOpened: self = .runOpened(try source.runOpened())
        case .manifestsPinned: self = .manifestsPinned(try source.body.pins("manifests"))
        case .runCompleted: self = .runCompleted(summary: source.payload(.summary))
        case .runAborting, .abortForced, .runAborted, .runQuarantined, .runReleased, .halted,
            .resumed:
            self = try source.stop(kind)
        case .callAccepted: self = .callAccepted(try source.callAccepted())
        case .callDenied, .callShadowed, .approvalRequested, .decisionMade, .approvalReminded,
            .approvalEscalated, .approvalGranted, .approvalDenied, .approvalExpired,
            .grantIssued, .grantRevoked:
            self = try source.permission(kind)
        case .cancelRequested:
            self = .cancelRequested(try source.call(), reason: source.payload(.reason))
        case .callCancelled:
            // Where a request to stop was heard, the reason is what the attempt said of its end.
            self = .callCancelled(
                try source.call(), reason: source.payload(.reason) ?? source.payload(.error))
        case .callResolved:
            self = .callResolved(
                try source.call(), try source.resolution(), by: try source.body.string("by"),
                reason: try source.required(.reason))
        case .outcomeDelivered: self = .outcomeDelivered(try source.call())
        case .callQueued: self = .callQueued(try source.call())
        case .recoveryExhausted: self = .recoveryExhausted(try source.call())
        case .attemptStarted, .attemptSucceeded, .attemptFailed, .attemptUnknown, .lateAnswer,
            .senderGone, .probeStarted, .probeEnded:
            self = try source.attempt(kind)
        case .callCompensated:
            self = .callCompensated(try source.call(), by: try source.body.minted("by"))
        case .undoFailed: self = .undoFailed(try source.call())
        case .undoImpossible:
            self = .undoImpossible(try source.call(), reason: try source.required(.reason))
        case .leftStanding: self = .leftStanding(try source.call())
        }
    }
}

struct EventSource {
    let leaf: ObjectReader
    let body: ObjectReader
    let payloads: [PayloadRef]

    func call() throws(JSONShapeError) -> CallID { try leaf.minted("call") }
    func attempt() throws(JSONShapeError) -> Int { try leaf.int("attempt") }
    func payload(_ name: PayloadRef.Name) -> PayloadRef? { payloads.first { $0.name == name } }

    func required(_ name: PayloadRef.Name) throws(JSONShapeError) -> PayloadRef {
        guard let payload = payload(name) else {
            throw leaf.error("payloads", "a list with one named \(name.rawValue)")
        }
        return payload
    }

    func runOpened() throws(JSONShapeError) -> RunOpened {
        RunOpened(
            caller: try body.caller(), isSingle: try body.bool("single"),
            pins: try body.pins("manifests"), intent: try body.optionalTag("intent"),
            purpose: payload(.purpose), intentID: payload(.intentID),
            deadline: try body.optionalInstant("deadline"))
    }

    func stop(_ kind: EventKind) throws(JSONShapeError) -> Event {
        switch kind {
        case .runAborting:
            return .runAborting(
                RunAborting(
                    cause: try body.word("cause"), by: try body.string("by"),
                    reason: payload(.reason)))
        case .abortForced:
            return .abortForced(by: try body.string("by"), reason: try required(.reason))
        case .runAborted: return .runAborted
        case .runQuarantined:
            return .runQuarantined(by: try body.string("by"), reason: try required(.reason))
        case .runReleased:
            return .runReleased(by: try body.string("by"), reason: try required(.reason))
        case .halted:
            return .halted(
                try body.scope(), by: try body.string("by"), reason: try required(.reason))
        case .resumed:
            return .resumed(
                try body.scope(), by: try body.string("by"), reason: try required(.reason))
        case .runOpened, .manifestsPinned, .runCompleted, .callAccepted, .approvalRequested,
            .approvalGranted, .approvalDenied, .approvalExpired, .attemptStarted,
            .attemptSucceeded, .attemptFailed, .attemptUnknown, .senderGone, .probeStarted,
            .probeEnded, .lateAnswer, .recoveryExhausted, .cancelRequested, .callCancelled,
            .callResolved, .outcomeDelivered, .callCompensated, .undoFailed, .undoImpossible,
            .leftStanding, .callDenied, .callShadowed, .decisionMade, .approvalReminded,
            .approvalEscalated, .grantIssued, .grantRevoked, .callQueued:
            preconditionFailure("Only stops of a run or of more are read here.")
        }
    }

    func attempt(_ kind: EventKind) throws(JSONShapeError) -> Event {
        switch kind {
        case .attemptStarted:
            return .attemptStarted(try call(), try attemptStarted())
        case .attemptSucceeded:
            return .attemptSucceeded(
                try call(), attempt: try attempt(),
                result: try required(.result),
                withheld: try body.optionalWord("withheld"),
                confirmAt: try body.optionalInstant("confirm_at"))
        case .attemptFailed:
            return .attemptFailed(
                try call(), attempt: try attempt(),
                try body.word("class"), error: try required(.error),
                retryAt: try body.optionalInstant("retry_at"))
        case .attemptUnknown:
            return .attemptUnknown(
                try call(), attempt: try attempt(),
                AttemptUnknown(
                    cause: try body.word("cause"),
                    recoverAt: try body.optionalInstant("recover_at"),
                    error: payload(.error)))
        case .lateAnswer:
            return .lateAnswer(
                try call(), attempt: try attempt(),
                try body.word("answer"),
                payload: payload(.result) ?? payload(.error))
        case .senderGone:
            return .senderGone(try call(), attempt: try attempt())
        case .probeStarted: return .probeStarted(try call(), try probing())
        case .probeEnded:
            return .probeEnded(
                try call(), try probeEnded(), payload: payloads.first)
        case .runOpened, .manifestsPinned, .runCompleted, .callAccepted, .approvalRequested,
            .approvalGranted, .approvalDenied, .approvalExpired, .recoveryExhausted,
            .cancelRequested, .callCancelled, .callResolved, .outcomeDelivered, .runAborting,
            .abortForced, .runAborted, .runQuarantined, .runReleased, .halted, .resumed,
            .callCompensated, .undoFailed, .undoImpossible, .leftStanding, .callDenied,
            .callShadowed, .decisionMade, .approvalReminded, .approvalEscalated, .grantIssued,
            .grantRevoked, .callQueued:
            preconditionFailure("Only events about an attempt or a probe are read here.")
        }
    }

    func probing() throws(JSONShapeError) -> Probing {
        Probing(
            purpose: try body.word("purpose"), number: try body.int("number"),
            owner: try body.minted("owner"), startedAt: try body.instant("started_at"),
            leaseUntil: try body.instant("lease_until"))
    }

    func probeEnded() throws(JSONShapeError) -> ProbeEnded {
        ProbeEnded(
            purpose: try body.word("purpose"), number: try body.int("number"),
            answer: try body.word("answer"), nextAt: try body.optionalInstant("next_at"))
    }

    func callAccepted() throws(JSONShapeError) -> CallAccepted {
        CallAccepted(
            call: try call(), tool: ToolName(try body.string("tool")),
            manifest: ManifestDigest(try body.digest("manifest")),
            delivery: try body.word("delivery"),
            reversibility: try body.optionalWord("reversibility"),
            timeoutMs: Int64(try body.int("timeout_ms")), key: try body.optionalKey("key"),
            environment: try body.string("environment"),
            traceparent: try body.optionalString("traceparent"),
            arguments: try required(.arguments), origin: try body.origin(),
            followUps: try body.followUps(), charge: try body.charge(payload(.charge)),
            ruling: try body.optionalRuling("ruling"),
            isByPerson: try body.optionalBool("by_person") ?? false,
            labels: try body.labels(), taint: try body.optionalLabels("taint"))
    }

    func attemptStarted() throws(JSONShapeError) -> AttemptStarted {
        AttemptStarted(
            number: try attempt(), owner: try body.minted("owner"),
            leaseUntil: try body.instant("lease_until"),
            recoveries: try body.int("recoveries"),
            purpose: try body.optionalWord("purpose") ?? .effect)
    }

    func resolution() throws(JSONShapeError) -> Resolution {
        switch try body.string("as") {
        case "succeeded": .succeeded(result: try required(.result))
        case "failed": .failed(try body.word("class"))
        case "retry": .retry
        case _: throw body.error("as", "succeeded, failed or retry")
        }
    }
}
