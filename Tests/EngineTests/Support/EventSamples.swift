// One record for every kind of event and every variant of it: what the golden file holds. A line is
// never changed once released; new variants are added at the end.

import JSON
import Proofs

@testable import Engine

enum EventSamples {
    static let run = Shapes.runID
    private static let call = Shapes.call
    private static let approval = Shapes.approval
    private static let later = Shapes.now + 60_000

    static let records: [Record] = events.enumerated().map { index, event in
        let actors = [
            Actor(.agent, "desk"), Actor(.person, "ana"), Actor(.host, Sample.owner(1).text),
        ]
        let at = Shapes.now + Int64(index)
        return Record(
            index: index, at: at, run: run, actor: actors[index % 3], event: event.made(at: at))
    }

    private static func payload(
        _ name: PayloadRef.Name, _ kind: PayloadRef.Class = .plain
    ) -> PayloadRef {
        let salt = [UInt8](repeating: 6, count: 32)
        let canonical = Array("\"\(name.rawValue)\"".utf8)
        return PayloadRef(
            name: name, commitment: Commitment(canonical: canonical, salt: salt),
            byteCount: canonical.count, kind: kind)
    }

    private static func pin(_ name: String) -> ToolPin {
        ToolPin(tool: ToolName(name), manifest: Sample.manifest(name))
    }

    static let events: [Event] =
        runs + calls + approvals + attempts + ends + stops + followed + undone + permitted
            + limited

    private static let runs: [Event] = [
        .runOpened(
            RunOpened(
                caller: Sample.ana, isSingle: false, pins: [pin("a_tool"), pin("b_tool")],
                intent: Shapes.tag("intent"), purpose: payload(.purpose),
                intentID: payload(.intentID))),
        .runOpened(
            RunOpened(
                caller: Caller(profile: "default", person: "Zoë \"Z\"", account: "zoë"),
                isSingle: true, pins: [], intent: nil, purpose: nil, intentID: nil)),
        .manifestsPinned([pin("c_tool")]),
        .runCompleted(summary: payload(.summary)),
        .runCompleted(summary: nil),
    ]

    private static func key(_ source: KeySource) -> CallKey {
        CallKey(
            tag: Shapes.tag("key \(source.rawValue)"), source: source,
            fingerprint: Shapes.tag("same"), windowMs: 600_000)
    }

    private static func accepted(
        _ delivery: Delivery, _ reversibility: Reversibility?, _ key: CallKey?,
        traceparent: String? = nil, _ kind: PayloadRef.Class = .plain
    ) -> Event {
        .callAccepted(
            CallAccepted(
                call: call, tool: ToolName("a_tool"), manifest: Sample.manifest("a_tool"),
                delivery: delivery, reversibility: reversibility, timeoutMs: 30_000, key: key,
                environment: Shapes.tag("environment").description, traceparent: traceparent,
                arguments: payload(.arguments, kind)))
    }

    private static let calls: [Event] = [
        accepted(.read, nil, nil),
        accepted(.transactional, .reversible, key(.given)),
        accepted(.keyed, .partial, key(.fields), .personal),
        accepted(
            .natural, .irreversible, key(.arguments),
            traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        accepted(.atMostOnce, nil, key(.given), .secret),
    ]

    private static let approvals: [Event] = [
        .approvalRequested(
            call,
            ApprovalRequested(
                approval: approval, rule: "manifest", action: Digest.sha256([1]),
                decideBy: later, executeWithinMs: 3_600_000,
                demands: [.confirmation(name: "manifest", executeWithinMs: 3_600_000)],
                because: nil, policy: nil)),
        .approvalGranted(call, approval, by: "ana", executeBy: later),
        .approvalDenied(call, approval, by: "ana", reason: payload(.reason)),
        .approvalExpired(call, approval, .decide),
        .approvalExpired(call, approval, .execute),
    ]

    private static func unknown(
        _ cause: UnknownCause, _ recoverAt: Instant?, _ error: PayloadRef?
    ) -> Event {
        .attemptUnknown(
            call, attempt: 1,
            AttemptUnknown(cause: cause, recoverAt: recoverAt, error: error))
    }

    private static let attempts: [Event] =
        [
            .attemptStarted(
                call,
                AttemptStarted(
                    number: 1, owner: Sample.owner(1), leaseUntil: later, recoveries: 0)),
            .attemptStarted(
                call,
                AttemptStarted(
                    number: 4, owner: Sample.owner(2), leaseUntil: later, recoveries: 3)),
            .attemptSucceeded(call, attempt: 1, result: payload(.result), withheld: nil),
        ]
        + Withheld.allCases.map {
            .attemptSucceeded(call, attempt: 2, result: payload(.result), withheld: $0)
        }
        + FailureClass.allCases.map {
            .attemptFailed(call, attempt: 1, $0, error: payload(.error))
        }
        + [
            unknown(.noAnswer, later, payload(.error)), unknown(.noAnswer, nil, nil),
            unknown(.ownerGone, nil, nil), unknown(.leaseExpired, later, nil),
            .lateAnswer(call, attempt: 1, .succeeded, payload: payload(.result)),
            .lateAnswer(call, attempt: 1, .failed, payload: payload(.error)),
            .lateAnswer(call, attempt: 1, .unknown, payload: payload(.error)),
            .lateAnswer(call, attempt: 1, .unknown, payload: nil), .recoveryExhausted(call),
        ]

    private static let ends: [Event] = [
        .cancelRequested(call, reason: payload(.reason)), .cancelRequested(call, reason: nil),
        .callCancelled(call, reason: payload(.reason)), .callCancelled(call, reason: nil),
        .callResolved(
            call, .succeeded(result: payload(.result)), by: "ana", reason: payload(.reason)),
        .callResolved(call, .failed(.permission), by: "ana", reason: payload(.reason)),
        .callResolved(call, .retry, by: "ana", reason: payload(.reason)),
        .outcomeDelivered(call), unknown(.earlierAttempt, later, payload(.error)),
        .callCancelled(call, reason: payload(.error)),
        .approvalGranted(
            call, Shapes.approval, by: "ana", executeBy: later, reason: payload(.reason)),
    ]
    // What came with retries, probes, undos and stops.
    private static let stops: [Event] = [
        .runOpened(
            RunOpened(
                caller: Sample.ana, isSingle: false, pins: [], intent: nil, purpose: nil,
                intentID: nil, deadline: later)),
        .runQuarantined(by: "ana", reason: payload(.reason)),
        .runReleased(by: "ana", reason: payload(.reason)),
        .halted(.everything, by: "ana", reason: payload(.reason)),
        .halted(.tool(ToolName("a_tool")), by: "ana", reason: payload(.reason)),
        .halted(.profile("desk"), by: "ana", reason: payload(.reason)),
        .resumed(.everything, by: "bo", reason: payload(.reason)),
        .resumed(.tool(ToolName("a_tool")), by: "bo", reason: payload(.reason)),
        .resumed(.profile("desk"), by: "bo", reason: payload(.reason)),
        .runAborting(RunAborting(cause: .requested, by: "ana", reason: payload(.reason))),
        .runAborting(RunAborting(cause: .deadline, by: "deadline", reason: nil)),
        .runAborting(RunAborting(cause: .denied, by: "ana", reason: payload(.reason))),
        .abortForced(by: "ana", reason: payload(.reason)), .runAborted,
    ]

    private static func accepted(
        _ origin: CallOrigin, _ adjust: (inout FollowUps) -> Void
    ) -> Event {
        var accepted = CallAccepted(
            call: call, tool: ToolName("a_tool"), manifest: Sample.manifest("a_tool"),
            delivery: .atMostOnce, reversibility: .reversible, timeoutMs: 30_000,
            key: key(.given), environment: Shapes.tag("environment").description,
            traceparent: nil, arguments: payload(.arguments))
        accepted.origin = origin
        adjust(&accepted.followUps)
        return .callAccepted(accepted)
    }

    private static func probing(_ purpose: Probe.Purpose) -> Event {
        .probeStarted(
            call,
            Probing(
                purpose: purpose, number: 2, owner: Sample.owner(1), startedAt: Shapes.now,
                leaseUntil: later))
    }

    private static func ended(
        _ purpose: Probe.Purpose, _ answer: ProbeAnswer, _ nextAt: Instant?,
        _ name: PayloadRef.Name?
    ) -> Event {
        .probeEnded(
            call,
            ProbeEnded(purpose: purpose, number: 2, answer: answer, nextAt: nextAt),
            payload: name.map { payload($0) })
    }

    private static let followed: [Event] =
        [
            accepted(.agent) {
                $0.verify = VerifyRule(settleMs: 5_000, retriesAbsent: false)
                $0.readsBack = true
                $0.refreshes = true
                $0.undo = ToolName("b_tool")
                $0.isPivot = true
            },
            accepted(.agent) { $0.verify = VerifyRule(settleMs: 0, retriesAbsent: true) },
            accepted(.undo(of: Shapes.other)) { _ in },
            .attemptStarted(
                call,
                AttemptStarted(
                    number: 3, owner: Sample.owner(1), leaseUntil: later, recoveries: 1,
                    purpose: .void)),
            .attemptSucceeded(
                call, attempt: 1, result: payload(.result), withheld: nil, confirmAt: later),
            .attemptFailed(call, attempt: 1, .transient, error: payload(.error), retryAt: later),
            .attemptFailed(call, attempt: 1, .stale, error: payload(.error), retryAt: later),
            .senderGone(call, attempt: 1),
        ]
        + Probe.Purpose.allCases.map(probing)
        + [
            ended(.verify, .found, nil, nil), ended(.verify, .absent, later, .error),
            ended(.verify, .absent, nil, .error), ended(.verify, .unsure, later, .error),
            ended(.verify, .lost, later, nil), ended(.readBack, .confirmed, nil, nil),
            ended(.readBack, .differs, nil, .found), ended(.readBack, .unsure, nil, nil),
            ended(.refresh, .renewed, nil, .arguments),
        ]

    private static func accepted(_ adjust: (inout Charge) -> Void) -> Event {
        var charge = Charge()
        adjust(&charge)
        return .callAccepted(
            CallAccepted(
                call: call, tool: ToolName("a_tool"), manifest: Sample.manifest("a_tool"),
                delivery: .keyed, reversibility: .reversible, timeoutMs: 30_000, key: nil,
                environment: Shapes.tag("environment").description, traceparent: nil,
                arguments: payload(.arguments), charge: charge))
    }

    private static let limited: [Event] = [
        accepted {
            $0.cost = Amount(micros: 1_500_000)
            $0.amount = payload(.charge, .personal)
            $0.countsDay = true
            $0.toolRateMs = 60_000
            $0.profileRateMs = 1
            $0.amountMs = 86_400_000
            $0.takesToolSlot = true
            $0.takesProfileSlot = true
        },
        accepted { $0.cost = Amount(micros: .max) },
        .callQueued(call),
    ]

    private static let undone: [Event] = [
        .callCompensated(call, by: Shapes.other), .undoFailed(call),
        .undoImpossible(call, reason: payload(.reason)), .leftStanding(call),
        unknown(.stillSending, later, payload(.error)),
    ]

    static let ruling = RulingNote(
        verdict: .deny, rules: ["no refunds at night"], policy: Digest.sha256([2]))
    static let grant = GrantState(
        until: later,
        revoked: GrantState.Revocation(by: "ana", reason: payload(.reason), at: later))
    private static let signer = SigningKey(seed: [UInt8](repeating: 9, count: 32))

    /// One of every way to be known, and of every word.
    static let decisions: [Decision] = [
        decision(.approve, .account("frontdesk")),
        decision(.withdraw, .account("frontdesk")),
        decision(.deny, .key(signer.publicKey, signer.sign([1]), at: later)),
        decision(.approve, .client("ana")), decision(.approve, .silence),
        decision(.approve, .grant(call)),
    ]

    private static func decision(_ word: DecisionWord, _ identity: Identity) -> Decision {
        Decision(
            word: word, by: "lead", identity: identity,
            reason: word == .deny ? payload(.reason) : nil, at: Shapes.now)
    }

    private static let demands = [
        ApprovalRule(
            name: "two of finance",
            stages: [
                Stage(by: .named(["duty_manager"]), count: 1),
                Stage(by: .named(["finance", "ceo"]), count: 2),
            ], decideWithinMs: 1_000, executeWithinMs: 2_000, remindAfterMs: 100,
            escalateAfterMs: 200, escalateTo: ["ceo"], onSilence: .escalate,
            abortsWhenDenied: true),
        .confirmation(name: "manifest", decideWithinMs: 5_000),
    ]

    private static let permitted: [Event] =
        Drift.allCases.map { drift in
            .approvalRequested(
                call,
                ApprovalRequested(
                    approval: approval, rule: "two of finance, manifest",
                    action: Digest.sha256([1]), decideBy: later, executeWithinMs: 2_000,
                    demands: demands, because: drift, policy: Digest.sha256([2])))
        } + decisions.map { .decisionMade(call, approval, $0) } + [
            .callDenied(call, ruling, reason: payload(.reason)),
            .callShadowed(call, ruling, preview: payload(.preview)),
            .callShadowed(call, ruling, preview: nil), .approvalReminded(call, approval),
            .approvalEscalated(call, approval, decideBy: nil),
            .approvalEscalated(call, approval, decideBy: later),
            .grantIssued(call, until: later),
            .grantRevoked(call, by: "ana", reason: payload(.reason)), judged,
            accepted(.grant(GrantScope(tool: ToolName("a_tool"), standsMs: 60_000))) { _ in },
            accepted(.grant(GrantScope(tool: nil, standsMs: 60_000))) { _ in },
        ]

    private static var judged: Event {
        var accepted = CallAccepted(
            call: call, tool: ToolName("a_tool"), manifest: Sample.manifest("a_tool"),
            delivery: .atMostOnce, reversibility: .reversible, timeoutMs: 30_000,
            key: key(.given), environment: Shapes.tag("environment").description,
            traceparent: nil, arguments: payload(.arguments))
        accepted.ruling = ruling
        accepted.isByPerson = true
        accepted.labels = Labels(reads: [.untrusted, .private], changes: [.external])
        accepted.taint = [.untrusted]
        return .callAccepted(accepted)
    }
}

extension Event {
    /// A decision is as old as its record.
    fileprivate func made(at: Instant) -> Event {
        guard case .decisionMade(let call, let approval, var decision) = self else { return self }
        decision.at = at
        return .decisionMade(call, approval, decision)
    }
}
