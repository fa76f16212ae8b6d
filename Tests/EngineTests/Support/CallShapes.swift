// Calls in every phase, for the table of states and commands.

import Proofs

@testable import Engine

/// A phase with what its rules look at besides.
enum CallShape: CaseIterable {
    case held, ready, running, waiting, waitingStale
    case unknownRepeatable, unknownVerified, unknownForPerson, unknownLeft
    case verifying, confirming, readingBack, refreshing
    case succeeded, failed, failedPermission, denied, cancelled, shadow, compensating, compensated
    case exhausted, lateSuccess, differs, undoFailed, undoImpossible

    var title: String {
        switch self {
        case .held: "held"
        case .ready: "ready"
        case .running: "running"
        case .waiting: "waiting"
        case .waitingStale: "waiting, to be refreshed"
        case .unknownRepeatable: "unknown, repeatable"
        case .unknownVerified: "unknown, with a probe"
        case .unknownForPerson: "unknown, at_most_once"
        case .unknownLeft: "unknown, left standing"
        case .verifying: "verifying"
        case .confirming: "verifying, to be read back"
        case .readingBack: "verifying, being read back"
        case .refreshing: "verifying, being refreshed"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .failedPermission: "failed, permission"
        case .denied: "denied"
        case .cancelled: "cancelled"
        case .shadow: "shadow"
        case .compensating: "compensating"
        case .compensated: "compensated"
        case .exhausted: "needs_attention, recoveries used up"
        case .lateSuccess: "needs_attention, late success"
        case .differs: "needs_attention, read back something else"
        case .undoFailed: "needs_attention, an undo that failed"
        case .undoImpossible: "needs_attention, cannot be undone"
        }
    }

    var phase: Phase {
        switch self {
        case .held: .held
        case .ready: .ready
        case .running: .running(owner: Sample.owner(1), leaseUntil: Shapes.now + 5_000)
        case .waiting:
            .waiting(until: Shapes.now, .transient, error: Shapes.payload(.error))
        case .waitingStale: .waiting(until: Shapes.now, .stale, error: Shapes.payload(.error))
        case .unknownRepeatable, .unknownVerified: .unknown(recoverAt: Shapes.now)
        case .unknownForPerson, .unknownLeft: .unknown(recoverAt: nil)
        case .verifying: .verifying(Shapes.probing(.verify))
        case .confirming: .confirming(at: Shapes.now)
        case .readingBack: .verifying(Shapes.probing(.readBack))
        case .refreshing: .verifying(Shapes.probing(.refresh))
        case .succeeded: .succeeded(result: Shapes.payload(.result), withheld: nil)
        case .failed: .failed(.fatal, error: Shapes.payload(.error))
        case .failedPermission: .failed(.permission, error: Shapes.payload(.error))
        case .denied: .denied(reason: nil)
        case .cancelled: .cancelled(reason: nil)
        case .shadow: .shadow(preview: Shapes.payload(.preview))
        case .compensating: .compensating(by: Shapes.other)
        case .compensated: .compensated(by: Shapes.other)
        case .exhausted: .needsAttention(.recoveryExhausted)
        case .lateSuccess: .needsAttention(.lateSuccess(result: Shapes.payload(.result)))
        case .differs: .needsAttention(.readBack(found: Shapes.payload(.found)))
        case .undoFailed:
            .needsAttention(.undoFailed(.fatal, error: Shapes.payload(.error)))
        case .undoImpossible:
            .needsAttention(.undoImpossible(reason: Shapes.payload(.reason)))
        }
    }

    private var approvalState: Approval.State {
        switch self {
        case .held: .pending
        case .denied: .denied
        case .ready, .running, .waiting, .waitingStale, .unknownRepeatable, .unknownVerified,
            .unknownForPerson, .unknownLeft, .verifying, .confirming, .readingBack, .refreshing,
            .succeeded, .failed, .failedPermission, .cancelled, .shadow, .compensating,
            .compensated, .exhausted, .lateSuccess, .differs, .undoFailed, .undoImpossible:
            .spent
        }
    }

    private var followUps: FollowUps {
        var followUps = FollowUps()
        switch self {
        case .unknownVerified, .verifying:
            followUps.verify = VerifyRule(settleMs: 1_000, retriesAbsent: false)
        case .confirming, .readingBack, .differs: followUps.readsBack = true
        case .waitingStale, .refreshing: followUps.refreshes = true
        case .compensating, .compensated, .undoImpossible: followUps.undo = ToolName("u")
        case .held, .ready, .running, .waiting, .unknownRepeatable, .unknownForPerson,
            .unknownLeft, .succeeded, .failed, .failedPermission, .denied, .cancelled, .shadow,
            .exhausted, .lateSuccess, .undoFailed:
            break
        }
        return followUps
    }

    private var delivery: Delivery {
        switch self {
        case .unknownVerified, .verifying, .unknownForPerson, .unknownLeft: .atMostOnce
        case .held, .ready, .running, .waiting, .waitingStale, .unknownRepeatable, .confirming,
            .readingBack, .refreshing, .succeeded, .failed, .failedPermission, .denied,
            .cancelled, .shadow, .compensating, .compensated, .exhausted, .lateSuccess, .differs,
            .undoFailed, .undoImpossible:
            .keyed
        }
    }

    private var mayBeARead: Bool {
        switch self {
        case .held, .ready, .running, .waiting, .unknownRepeatable, .succeeded, .failed,
            .failedPermission, .denied, .cancelled, .shadow, .exhausted, .lateSuccess:
            true
        case .waitingStale, .unknownVerified, .unknownForPerson, .unknownLeft, .verifying,
            .confirming, .readingBack, .refreshing, .compensating, .compensated, .differs,
            .undoFailed, .undoImpossible:
            false
        }
    }

    /// A run whose last call has this shape; nil where no such call can be.
    func run(isRead: Bool, _ adjust: (inout FollowUps) -> Void = { _ in }) -> Run? {
        guard mayBeARead || !isRead else { return nil }
        var run = Shapes.run(isSingle: false)
        var accepted = Shapes.accepted(isRead ? .read : delivery)
        accepted.followUps = followUps
        adjust(&accepted.followUps)
        switch self {
        case .undoFailed:
            run.evolve(.callAccepted(Shapes.accepted(.natural, call: Shapes.other)), at: Shapes.now)
            Shapes.abort(&run)
            accepted.origin = .undo(of: Shapes.other)
        case .compensating, .undoImpossible: Shapes.abort(&run)
        case .held, .ready, .running, .waiting, .waitingStale, .unknownRepeatable,
            .unknownVerified, .unknownForPerson, .unknownLeft, .verifying, .confirming,
            .readingBack, .refreshing, .succeeded, .failed, .failedPermission, .denied,
            .cancelled, .shadow, .compensated, .exhausted, .lateSuccess, .differs:
            break
        }
        run.evolve(.callAccepted(accepted), at: Shapes.now)
        fill(&run.subject, isRead: isRead)
        finish(&run)
        return run
    }

    private func finish(_ run: inout Run) {
        switch self {
        case .compensating:
            var undo = Shapes.accepted(.natural, call: Shapes.other)
            undo.origin = .undo(of: Shapes.call)
            run.evolve(.callAccepted(undo), at: Shapes.now)
            run.calls.swapAt(0, 1)
        case .unknownLeft, .compensated:
            Shapes.abort(&run)
            run.evolve(.runAborted, at: Shapes.now)
        case .held, .ready, .running, .waiting, .waitingStale, .unknownRepeatable,
            .unknownVerified, .unknownForPerson, .verifying, .confirming, .readingBack,
            .refreshing, .succeeded, .failed, .failedPermission, .denied, .cancelled, .shadow,
            .exhausted, .lateSuccess, .differs, .undoFailed, .undoImpossible:
            break
        }
    }

    private func fill(_ call: inout Call, isRead: Bool) {
        call.phase = phase
        call.attempts = 2
        call.approval = Approval(
            id: Shapes.approval, demands: [Shapes.demand], action: Digest.sha256([]),
            askedAt: Shapes.now, decideBy: Shapes.now + 1_000, executeWithinMs: 1_000,
            because: nil, policy: nil, state: approvalState)
        switch self {
        case .unknownRepeatable, .unknownVerified, .unknownForPerson, .exhausted, .verifying:
            call.doubtful = isRead ? [] : [2]
            call.quietAt = Shapes.now
        case .unknownLeft:
            call.doubtful = [2]
            call.isLeft = true
        case .waiting, .waitingStale, .refreshing:
            call.failures = 1
            call.doubt = Shapes.payload(.error)
        case .confirming, .readingBack, .succeeded, .compensating, .compensated, .lateSuccess,
            .differs, .undoImpossible:
            call.achieved = Achieved(
                attempt: 2, result: Shapes.payload(.result), withheld: nil)
        case .held, .ready, .running, .failed, .failedPermission, .denied, .cancelled, .shadow,
            .undoFailed:
            break
        }
        if case .verifying = call.phase { call.probes = 1 }
        if call.hasEnded { call.endedAt = Shapes.now }
    }
}

extension Run {
    /// The call that a shape is about.
    var subject: Call {
        get { calls[calls.count - 1] }
        set { calls[calls.count - 1] = newValue }
    }
}

enum Shapes {
    static let now = Instant(ms: Sample.startMs)
    static let runID = minted(1, RunID.self)
    static let call = CallID(firstOf: runID)
    static let other = minted(2, CallID.self)
    static let approval = minted(3, ApprovalID.self)

    static func probing(_ purpose: Probe.Purpose, number: Int = 1) -> Probing {
        Probing(
            purpose: purpose, number: number, owner: Sample.owner(1), startedAt: now + 1_000,
            leaseUntil: now + 5_000)
    }

    static func abort(_ run: inout Run, _ cause: AbortCause = .requested) {
        run.evolve(.runAborting(RunAborting(cause: cause, by: "ana", reason: nil)), at: now)
    }

    static func minted<ID: MintedID>(_ number: UInt8, _ type: ID.Type) -> ID {
        var entropy = Entropy(seed: [UInt8](repeating: number, count: 32))
        return ID.mint(now: now, entropy: &entropy)
    }

    static func quarantine(_ run: inout Run) {
        run.evolve(.runQuarantined(by: "ana", reason: payload(.reason)), at: now)
    }

    /// All that an operator can stop is stopped.
    static let halted: Facts = {
        var facts = Facts()
        let halt = Halt(scope: .everything, by: "ana", reason: payload(.reason), at: now)
        facts.halts = [StandingHalt(halt: halt, reason: "flood")]
        return facts
    }()

    static let request = ApprovalRequested(
        approval: minted(4, ApprovalID.self), rule: "manifest", action: Digest.sha256([1]),
        decideBy: now + 1_000, executeWithinMs: 1_000, demands: [demand], because: nil,
        policy: nil)
    static let demand = ApprovalRule.confirmation(name: "manifest", executeWithinMs: 1_000)

    static func payload(_ name: PayloadRef.Name) -> PayloadRef {
        let salt = [UInt8](repeating: 5, count: 32)
        return PayloadRef(
            name: name, commitment: Commitment(canonical: [0x31], salt: salt), byteCount: 1,
            kind: .plain)
    }

    static func run(isSingle: Bool) -> Run {
        let opened = Event.runOpened(
            RunOpened(
                caller: Sample.ana, isSingle: isSingle, pins: [], intent: nil, purpose: nil,
                intentID: nil))
        guard let run = Run(id: runID, opening: opened, at: now) else {
            preconditionFailure("A run_opened event opens a run.")
        }
        return run
    }

    static func tag(_ text: String) -> KeyedTag {
        KeyedTag(digest: Digest.sha256(Array(text.utf8)))
    }

    static func accepted(
        _ delivery: Delivery, call: CallID = call, fingerprint: String = "same"
    ) -> CallAccepted {
        CallAccepted(
            call: call, tool: ToolName("t"), manifest: Sample.manifest("t"), delivery: delivery,
            reversibility: nil, timeoutMs: 1_000,
            key: delivery.isWrite
                ? CallKey(
                    tag: tag("key"), source: .arguments, fingerprint: tag(fingerprint),
                    windowMs: 600_000) : nil,
            environment: Sample.environment, traceparent: nil, arguments: payload(.arguments))
    }
}

extension Command {
    /// A command's word. A new command does not compile until it has one, and then a row.
    var word: String {
        switch self {
        case .accept: "accept"
        case .claim: "claim"
        case .report: "report"
        case .investigate: "investigate"
        case .expire: "expire"
        case .decide(_, _, let said, _): said.word.rawValue
        case .revokeGrant: "revokeGrant"
        case .cancel: "cancel"
        case .resolve: "resolve"
        case .complete: "complete"
        case .delivered: "delivered"
        case .learn: "learn"
        case .abort: "abort"
        case .expireRun: "expireRun"
        case .quarantine: "quarantine"
        case .release: "release"
        case .halt: "halt"
        case .resume: "resume"
        case .giveUpUndo: "giveUpUndo"
        }
    }
}
