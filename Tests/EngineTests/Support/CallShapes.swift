// Calls in every phase, for the table of states and commands.

import Proofs

@testable import Engine

/// A phase with what its rules look at besides.
enum CallShape: CaseIterable {
    case held, ready, running, unknownRepeatable, unknownForPerson
    case succeeded, failed, denied, cancelled, exhausted, lateSuccess

    var title: String {
        switch self {
        case .held: "held"
        case .ready: "ready"
        case .running: "running"
        case .unknownRepeatable: "unknown, repeatable"
        case .unknownForPerson: "unknown, at_most_once"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .denied: "denied"
        case .cancelled: "cancelled"
        case .exhausted: "needs_attention, recoveries used up"
        case .lateSuccess: "needs_attention, late success"
        }
    }

    var phase: Phase {
        switch self {
        case .held: .held
        case .ready: .ready
        case .running: .running(owner: Sample.owner(1), leaseUntil: Shapes.now + 5_000)
        case .unknownRepeatable: .unknown(recoverAt: Shapes.now)
        case .unknownForPerson: .unknown(recoverAt: nil)
        case .succeeded: .succeeded(result: Shapes.payload(.result), withheld: nil)
        case .failed: .failed(.fatal, error: Shapes.payload(.error))
        case .denied: .denied(reason: nil)
        case .cancelled: .cancelled(reason: nil)
        case .exhausted: .needsAttention(.recoveryExhausted)
        case .lateSuccess: .needsAttention(.lateSuccess(result: Shapes.payload(.result)))
        }
    }

    private var approvalState: Approval.State {
        switch self {
        case .held: .pending
        case .denied: .denied
        case .ready, .running, .unknownRepeatable, .unknownForPerson, .succeeded, .failed,
            .cancelled, .exhausted, .lateSuccess:
            .spent
        }
    }

    /// A run with one call of this shape; nil where no such call can be.
    func run(isRead: Bool) -> Run? {
        let delivery: Delivery
        switch self {
        case .unknownForPerson where isRead: return nil
        case .unknownForPerson: delivery = .atMostOnce
        case .held, .ready, .running, .unknownRepeatable, .succeeded, .failed, .denied,
            .cancelled, .exhausted, .lateSuccess:
            delivery = isRead ? .read : .keyed
        }
        var run = Shapes.run(isSingle: false)
        run.evolve(.callAccepted(Shapes.accepted(delivery)), at: Shapes.now)
        run.calls[0].phase = phase
        run.calls[0].attempts = 2
        switch self {
        case .unknownRepeatable, .unknownForPerson, .exhausted:
            run.calls[0].doubtful = isRead ? [] : [2]
        case .held, .ready, .running, .succeeded, .failed, .denied, .cancelled, .lateSuccess:
            break
        }
        run.calls[0].approval = Approval(
            id: Shapes.approval, rule: "manifest", action: Digest.sha256([]),
            decideBy: Shapes.now + 1_000, executeWithinMs: 1_000, state: approvalState)
        return run
    }
}

enum Shapes {
    static let now = Instant(ms: Sample.startMs)
    static let runID = minted(1, RunID.self)
    static let call = CallID(firstOf: runID)
    static let approval = minted(3, ApprovalID.self)

    static func minted<ID: MintedID>(_ number: UInt8, _ type: ID.Type) -> ID {
        var entropy = Entropy(seed: [UInt8](repeating: number, count: 32))
        return ID.mint(now: now, entropy: &entropy)
    }

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
        case .approve: "approve"
        case .deny: "deny"
        case .cancel: "cancel"
        case .resolve: "resolve"
        case .complete: "complete"
        case .delivered: "delivered"
        }
    }
}
