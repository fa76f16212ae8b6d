// The table state × command of calls, made by asking the rules themselves.

@testable import Engine

/// A command put to a call, and what is special about the moment.
struct CallRow: Sendable {
    let title: String
    let command: Command
    var facts = Facts()
    var now = Shapes.now
    var isRead = false
    /// What a probe under way is for; nil: anything.
    var purpose: Probe.Purpose?
    var followUps: @Sendable (inout FollowUps) -> Void = { _ in }
    var prepare: @Sendable (inout Call) -> Void = { _ in }
    var prepareRun: @Sendable (inout Run) -> Void = { _ in }

    func cell(_ shape: CallShape) -> String {
        guard var run = shape.run(isRead: isRead, followUps) else { return "cannot be" }
        prepare(&run.subject)
        prepareRun(&run)
        // What an abort brings about by itself has happened before anything is asked.
        if !run.consequences(at: now).isEmpty { return "cannot be" }
        if case .verifying(let probing) = run.subject.phase, let purpose,
            probing.purpose != purpose
        {
            return "cannot be"
        }
        let before = run.subject.phase.word
        do {
            let events = try run.decide(command, facts, now: now)
            guard let last = events.last else { return "·" }
            for event in events { run.evolve(event, at: now) }
            let after = run[Shapes.call]?.phase.word ?? "gone"
            return after == before ? "noted: \(EventParts(last).kind.rawValue)" : "→ \(after)"
        } catch {
            return "refused: \(error.code)"
        }
    }

    static let all: [CallRow] =
        claims + holds + reports + lessons + looks + decisions + settlements + aborts
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
                if $0.phase == .ready { $0.approval?.state = .approved }
                $0.approval?.executeBy = Shapes.now
            }),
        CallRow(
            title: "claim, recoveries used up", command: claim,
            prepare: { $0.recoveries = Limits.recoveries }),
        CallRow(
            title: "claim, a read asked to stop", command: claim, isRead: true,
            prepare: { $0.cancelRequested = true }),
        CallRow(
            title: "claim, a write asked to stop", command: claim,
            prepare: { $0.cancelRequested = true }),
        CallRow(
            title: "claim, its run is being aborted", command: claim,
            prepareRun: { if $0.ending == nil { Shapes.abort(&$0) } }),
    ]

    private static let broken: Facts = {
        var facts = Facts()
        facts.health.openUntil = Shapes.now + 1
        facts.health.openMs = 1
        return facts
    }()
    private static let holds = [
        CallRow(title: "claim, all is halted", command: claim, facts: Shapes.halted),
        CallRow(
            title: "claim of a read, all is halted", command: claim, facts: Shapes.halted,
            isRead: true),
        CallRow(title: "claim, its tool's breaker is open", command: claim, facts: broken),
        CallRow(
            title: "claim, its run is quarantined", command: claim,
            prepareRun: { Shapes.quarantine(&$0) }),
        CallRow(
            title: "claim of a read, its run is quarantined", command: claim, isRead: true,
            prepareRun: { Shapes.quarantine(&$0) }),
    ]

    private static func report(_ attempt: Int, _ report: Report) -> Command {
        .report(id, attempt: attempt, owner: Sample.owner(1), report)
    }

    private static let answers: [(word: String, report: Report)] = [
        ("succeeded", .succeeded(Shapes.payload(.result), nil)),
        ("failed, fatal", .failed(.fatal, Shapes.payload(.error))),
        ("failed, transient", .failed(.transient, Shapes.payload(.error))),
        ("failed, stale", .failed(.stale, Shapes.payload(.error))),
        ("voided", .voided(Shapes.payload(.error))),
        ("unknown", .unknown(Shapes.payload(.error))),
    ]
    private static let reports =
        answers.map {
            CallRow(title: "report: newest attempt \($0.word)", command: report(2, $0.report))
        } + [
            CallRow(
                title: "report: newest attempt failed, transient, for the last time",
                command: report(2, .failed(.transient, Shapes.payload(.error))),
                prepare: { $0.failures = RetryRule.standard.attempts - 1 }),
            CallRow(
                title: "report: newest attempt failed, stale, where it can be refreshed",
                command: report(2, .failed(.stale, Shapes.payload(.error))),
                followUps: { $0.refreshes = true }),
            CallRow(
                title: "report: newest attempt succeeded, where it is read back",
                command: report(2, .succeeded(Shapes.payload(.result), nil)),
                followUps: { $0.readsBack = true }),
            CallRow(
                title: "report: newest attempt failed, its run is being aborted",
                command: report(2, .failed(.transient, Shapes.payload(.error))),
                prepareRun: { if $0.ending == nil { Shapes.abort(&$0) } }),
        ]
        + answers.map {
            CallRow(title: "report: older attempt \($0.word)", command: report(1, $0.report))
        }

    private static func learn(
        _ title: String, _ lesson: Lesson, for purpose: Probe.Purpose? = nil, number: Int = 1,
        _ prepare: @escaping @Sendable (inout Call) -> Void = { _ in }
    ) -> CallRow {
        CallRow(
            title: "learn: \(title)",
            command: .learn(id, probe: number, owner: Sample.owner(1), lesson),
            purpose: purpose, prepare: prepare)
    }

    private static let lessons = [
        learn("found", .found(Shapes.payload(.result), nil), for: .verify),
        learn("absent", .absent(Shapes.payload(.error)), for: .verify),
        learn("absent, looked for too early", .absent(Shapes.payload(.error)), for: .verify) {
            $0.quietAt = Shapes.now + 1
        },
        learn(
            "absent, while a sender may still send", .absent(Shapes.payload(.error)),
            for: .verify
        ) {
            $0.senders = [Sender(attempt: 1, owner: Sample.owner(3))]
        },
        learn("confirmed", .confirmed, for: .readBack),
        learn("differs", .differs(Shapes.payload(.found)), for: .readBack),
        learn(
            "renewed", .renewed(Shapes.payload(.arguments), approval: nil), for: .refresh),
        learn(
            "renewed, and to be approved",
            .renewed(Shapes.payload(.arguments), approval: Shapes.request), for: .refresh),
        learn("unsure", .unsure(nil)),
        learn("unsure, for the last time", .unsure(nil)) {
            $0.unsure = Limits.unsureProbes - 1
        },
        learn("the answer to an older probe", .confirmed, number: 0),
    ]

    private static let silent: Facts = {
        var facts = Facts(owner: .leasedUntil(Shapes.now + 1))
        facts.silent = [1]
        return facts
    }()
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
        CallRow(
            title: "investigate, an earlier sender has ended", command: .investigate(id),
            facts: silent,
            prepare: { $0.senders = [Sender(attempt: 1, owner: Sample.owner(3))] }),
        CallRow(title: "expire, the clocks run", command: .expire(id)),
        CallRow(
            title: "expire, the decide clock has run out", command: .expire(id),
            now: Shapes.now + 1_000),
    ]

    private static func approve(_ by: String) -> Command {
        .decide(id, Shapes.approval, .approve(reason: nil), .account(by))
    }
    private static let decisions = [
        CallRow(title: "approve by the requester", command: approve("ana")),
        CallRow(title: "approve by somebody else", command: approve("eve")),
        CallRow(
            title: "approve, the decide clock has run out", command: approve("ana"),
            now: Shapes.now + 1_000),
        CallRow(
            title: "approve what was asked before",
            command: .decide(
                id, Shapes.request.approval, .approve(reason: nil), .account("ana"))),
        CallRow(
            title: "deny by the requester",
            command: .decide(
                id, Shapes.approval, .deny(reason: Shapes.payload(.reason)), .account("ana"))),
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

    private static func abort(isForced: Bool) -> Command {
        .abort(.requested, by: "ana", isForced: isForced, reason: Shapes.payload(.reason))
    }
    private static let aborts = [
        CallRow(title: "abort its run", command: abort(isForced: false)),
        CallRow(title: "abort its run by force", command: abort(isForced: true)),
        CallRow(
            title: "give up its undo", command: .giveUpUndo(id, reason: Shapes.payload(.reason)),
            followUps: { $0.undo = ToolName("u") },
            prepareRun: { if $0.ending == nil { Shapes.abort(&$0) } }),
    ]

    static var table: MarkdownTableText {
        MarkdownTableText(
            head: ["command"] + CallShape.allCases.map(\.title),
            rows: all.map { row in [row.title] + CallShape.allCases.map(row.cell) })
    }
}
