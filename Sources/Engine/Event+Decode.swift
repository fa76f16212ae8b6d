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
        case .callAccepted: self = .callAccepted(try source.callAccepted())
        case .approvalRequested:
            self = .approvalRequested(try source.call(), try source.approvalRequested())
        case .approvalGranted:
            self = .approvalGranted(
                try source.call(), try source.body.minted("approval"),
                by: try source.body.string("by"),
                executeBy: try source.body.instant("execute_by"),
                reason: source.payload(.reason))
        case .approvalDenied:
            self = .approvalDenied(
                try source.call(), try source.body.minted("approval"),
                by: try source.body.string("by"), reason: try source.required(.reason))
        case .approvalExpired:
            self = .approvalExpired(
                try source.call(), try source.body.minted("approval"),
                try source.body.word("clock"))
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
        case .recoveryExhausted: self = .recoveryExhausted(try source.call())
        case .attemptStarted:
            self = .attemptStarted(try source.call(), try source.attemptStarted())
        case .attemptSucceeded:
            self = .attemptSucceeded(
                try source.call(), attempt: try source.attempt(),
                result: try source.required(.result),
                withheld: try source.body.optionalWord("withheld"))
        case .attemptFailed:
            self = .attemptFailed(
                try source.call(), attempt: try source.attempt(),
                try source.body.word("class"), error: try source.required(.error))
        case .attemptUnknown:
            self = .attemptUnknown(
                try source.call(), attempt: try source.attempt(),
                AttemptUnknown(
                    cause: try source.body.word("cause"),
                    recoverAt: try source.body.optionalInstant("recover_at"),
                    error: source.payload(.error)))
        case .lateAnswer:
            self = .lateAnswer(
                try source.call(), attempt: try source.attempt(),
                try source.body.word("answer"),
                payload: source.payload(.result) ?? source.payload(.error))
        }
    }
}

private struct EventSource {
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
            purpose: payload(.purpose), intentID: payload(.intentID))
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
            arguments: try required(.arguments))
    }

    func approvalRequested() throws(JSONShapeError) -> ApprovalRequested {
        ApprovalRequested(
            approval: try body.minted("approval"), rule: try body.string("rule"),
            action: try body.digest("action"), decideBy: try body.instant("decide_by"),
            executeWithinMs: Int64(try body.int("execute_within_ms")))
    }

    func attemptStarted() throws(JSONShapeError) -> AttemptStarted {
        AttemptStarted(
            number: try attempt(), owner: try body.minted("owner"),
            leaseUntil: try body.instant("lease_until"),
            recoveries: try body.int("recoveries"))
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
