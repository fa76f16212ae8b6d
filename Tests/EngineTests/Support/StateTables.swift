// The tables state × command, made by asking the rules themselves.

@testable import Engine

/// A command put to a call, and what is special about the moment.
struct CallRow: Sendable {
    let title: String
    let command: Command
    var facts = Facts()
    var now = Shapes.now
    var isRead = false
    var prepare: @Sendable (inout Call) -> Void = { _ in }

    func cell(_ shape: CallShape) -> String {
        guard var run = shape.run(isRead: isRead) else { return "cannot be" }
        prepare(&run.calls[0])
        let before = run.calls[0].phase.word
        do {
            let events = try run.decide(command, facts, now: now)
            guard let last = events.last else { return "·" }
            for event in events { run.evolve(event, at: now) }
            let after = run.calls[0].phase.word
            return after == before ? "noted: \(EventParts(last).kind.rawValue)" : "→ \(after)"
        } catch {
            return "refused: \(error.code)"
        }
    }

    static let all: [CallRow] = claims + reports + looks + decisions + settlements
    private static let id = Shapes.call
    private static let claim = Command.claim(
        id, owner: Sample.owner(2), leaseUntil: Shapes.now + 5_000)

    private static let claims = [
        CallRow(title: "claim", command: claim),
        CallRow(
            title: "claim, before its time", command: claim, now: Instant(ms: Shapes.now.ms - 1)),
        CallRow(
            title: "claim, the execute clock has run out", command: claim,
            prepare: {
                guard $0.phase == .ready else { return }
                $0.approval?.state = .approved
                $0.approval?.executeBy = Shapes.now
            }),
        CallRow(
            title: "claim, recoveries used up", command: claim,
            prepare: { $0.recoveries = Limits.recoveries }),
        CallRow(
            title: "claim, a read asked to stop", command: claim, isRead: true,
            prepare: { $0.cancelRequested = true }),
    ]

    private static func report(_ attempt: Int, _ report: Report) -> Command {
        .report(id, attempt: attempt, owner: Sample.owner(1), report)
    }

    private static let answers: [(word: String, report: Report)] = [
        ("succeeded", .succeeded(Shapes.payload(.result), nil)),
        ("failed", .failed(.transient, Shapes.payload(.error))),
        ("unknown", .unknown(Shapes.payload(.error))),
    ]
    private static let reports =
        answers.map {
            CallRow(title: "report: newest attempt \($0.word)", command: report(2, $0.report))
        }
        + answers.map {
            CallRow(title: "report: older attempt \($0.word)", command: report(1, $0.report))
        }

    private static let looks = [
        CallRow(
            title: "investigate, the owner is gone", command: .investigate(id),
            facts: Facts(owner: .gone)),
        CallRow(
            title: "investigate, its lease has run out", command: .investigate(id),
            facts: Facts(owner: .leasedUntil(Shapes.now))),
        CallRow(
            title: "investigate, its lease runs", command: .investigate(id),
            facts: Facts(owner: .leasedUntil(Shapes.now + 1))),
        CallRow(title: "expire, the clocks run", command: .expire(id)),
        CallRow(
            title: "expire, the decide clock has run out", command: .expire(id),
            now: Shapes.now + 1_000),
    ]

    private static let decisions = [
        CallRow(title: "approve by the requester", command: .approve(id, by: "ana")),
        CallRow(title: "approve by somebody else", command: .approve(id, by: "eve")),
        CallRow(
            title: "approve, the decide clock has run out", command: .approve(id, by: "ana"),
            now: Shapes.now + 1_000),
        CallRow(
            title: "deny by the requester",
            command: .deny(id, by: "ana", reason: Shapes.payload(.reason))),
        CallRow(title: "cancel a write", command: .cancel(id, reason: nil)),
        CallRow(
            title: "cancel a write, again", command: .cancel(id, reason: nil),
            prepare: { $0.cancelRequested = true }),
        CallRow(title: "cancel a read", command: .cancel(id, reason: nil), isRead: true),
    ]

    private static func settle(_ title: String, _ resolution: Resolution) -> CallRow {
        CallRow(
            title: "resolve: \(title)",
            command: .resolve(id, resolution, by: "ana", reason: Shapes.payload(.reason)))
    }

    private static let settlements = [
        settle("succeeded", .succeeded(result: Shapes.payload(.result))),
        settle("failed", .failed(.fatal)), settle("retry", .retry),
        CallRow(title: "delivered", command: .delivered(id)),
        CallRow(
            title: "delivered, again", command: .delivered(id),
            prepare: { $0.deliveredAt = Shapes.now }),
    ]

    static var table: MarkdownTableText {
        MarkdownTableText(
            head: ["command"] + CallShape.allCases.map(\.title),
            rows: all.map { row in [row.title] + CallShape.allCases.map(row.cell) })
    }
}

/// Runs in every state.
enum RunShape: CaseIterable {
    case openEmpty, openBusy, completed, attention, completedAttention, singleBusy, singleEnded

    var title: String {
        switch self {
        case .openEmpty: "open, no call yet"
        case .openBusy: "open, a call running"
        case .completed: "completed"
        case .attention: "needs_attention"
        case .completedAttention: "needs_attention after completion"
        case .singleBusy: "one call's own, running"
        case .singleEnded: "one call's own, ended"
        }
    }

    var run: Run {
        var run = Shapes.run(isSingle: self == .singleBusy || self == .singleEnded)
        let shape: CallShape
        switch self {
        case .openEmpty: return run
        case .openBusy, .singleBusy: shape = .running
        case .completed, .singleEnded: shape = .failed
        case .attention: shape = .unknownForPerson
        case .completedAttention: shape = .lateSuccess
        }
        run.evolve(
            .callAccepted(
                Shapes.accepted(shape == .unknownForPerson ? .atMostOnce : .keyed)),
            at: Shapes.now)
        run.calls[0].phase = shape.phase
        run.calls[0].attempts = 2
        run.isCompleted = self == .completed || self == .completedAttention
        return run
    }
}

struct RunRow: Sendable {
    let title: String
    let command: Command
    var facts = Facts()
    var isFull = false
    var needsCall = false

    func cell(_ shape: RunShape) -> String {
        var run = shape.run
        if needsCall && run.calls.isEmpty { return "cannot be" }
        if isFull, let filler = CallShape.failed.run(isRead: true)?.calls.first {
            let missing = Limits.callsPerRun - run.calls.count
            run.calls += [Call](repeating: filler, count: missing)
        }
        let before = run.state
        do {
            let events = try run.decide(command, facts, now: Shapes.now)
            guard let last = events.last else { return "·" }
            for event in events { run.evolve(event, at: Shapes.now) }
            let kind = EventParts(last).kind.rawValue
            return run.state == before ? "noted: \(kind)" : "→ \(run.state.rawValue)"
        } catch {
            return "refused: \(error.code)"
        }
    }

    private static func accept(_ delivery: Delivery) -> Command {
        let id = Shapes.minted(9, CallID.self)
        return .accept(NewCall(accepted: Shapes.accepted(delivery, call: id), approval: nil))
    }
    private static func holder(_ fingerprint: String) -> Facts {
        Facts(
            holder: KeyHolder(
                call: Shapes.call, fingerprint: Shapes.tag(fingerprint), differing: ["/to"]))
    }
    private static func late(_ report: Report) -> Command {
        .report(Shapes.call, attempt: 2, owner: Sample.owner(1), report)
    }

    static let all = [
        RunRow(title: "accept a write", command: accept(.keyed)),
        RunRow(title: "accept a read", command: accept(.read)),
        RunRow(
            title: "accept the same call again", command: accept(.keyed), facts: holder("same")),
        RunRow(
            title: "accept its key with other arguments", command: accept(.keyed),
            facts: holder("other")),
        RunRow(title: "accept a read, the run is full", command: accept(.read), isFull: true),
        RunRow(title: "complete", command: .complete(summary: nil)),
        RunRow(
            title: "its call: newest attempt succeeded",
            command: late(.succeeded(Shapes.payload(.result), nil)), needsCall: true),
        RunRow(
            title: "its call: newest attempt failed",
            command: late(.failed(.fatal, Shapes.payload(.error))), needsCall: true),
        RunRow(
            title: "its call: resolve as failed",
            command: .resolve(
                Shapes.call, .failed(.fatal), by: "ana", reason: Shapes.payload(.reason)),
            needsCall: true),
    ]

    static var table: MarkdownTableText {
        MarkdownTableText(
            head: ["command"] + RunShape.allCases.map(\.title),
            rows: all.map { row in [row.title] + RunShape.allCases.map(row.cell) })
    }
}
