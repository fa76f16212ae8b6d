// The table state × command of runs, made by asking the rules themselves.

@testable import Engine

/// Runs in every state.
enum RunShape: CaseIterable {
    case openEmpty, openBusy, completed, attention, completedAttention, singleBusy, singleEnded
    case quarantined, aborting, abortingAttention, aborted, expired, journal, journalHalted

    var title: String {
        switch self {
        case .openEmpty: "open, no call yet"
        case .openBusy: "open, a call running"
        case .completed: "completed"
        case .attention: "needs_attention"
        case .completedAttention: "needs_attention after completion"
        case .singleBusy: "one call's own, running"
        case .singleEnded: "one call's own, ended"
        case .quarantined: "quarantined, a call running"
        case .aborting: "aborting, a call running"
        case .abortingAttention: "needs_attention while aborting"
        case .aborted: "aborted"
        case .expired: "expired"
        case .journal: "the journal's own"
        case .journalHalted: "the journal's own, all halted"
        }
    }

    var isJournals: Bool {
        switch self {
        case .journal, .journalHalted: true
        case .openEmpty, .openBusy, .completed, .attention, .completedAttention, .singleBusy,
            .singleEnded, .quarantined, .aborting, .abortingAttention, .aborted, .expired:
            false
        }
    }

    private var shape: CallShape? {
        switch self {
        case .openEmpty, .journal, .journalHalted: nil
        case .openBusy, .singleBusy, .quarantined, .aborting: .running
        case .completed, .singleEnded, .aborted, .expired: .failed
        case .attention, .abortingAttention: .unknownForPerson
        case .completedAttention: .lateSuccess
        }
    }

    var run: Run {
        var run = Shapes.run(isSingle: self == .singleBusy || self == .singleEnded)
        if let shape {
            run.evolve(
                .callAccepted(
                    Shapes.accepted(shape == .unknownForPerson ? .atMostOnce : .keyed)),
                at: Shapes.now)
            run.calls[0].phase = shape.phase
            run.calls[0].attempts = 2
        }
        switch self {
        case .completed, .completedAttention: run.isCompleted = true
        case .quarantined: Shapes.quarantine(&run)
        case .aborting, .abortingAttention: Shapes.abort(&run)
        case .aborted, .expired:
            Shapes.abort(&run, self == .expired ? .deadline : .requested)
            run.evolve(.runAborted, at: Shapes.now)
        case .journalHalted:
            run.evolve(
                .halted(.everything, by: "ana", reason: Shapes.payload(.reason)),
                at: Shapes.now)
        case .openEmpty, .openBusy, .attention, .singleBusy, .singleEnded, .journal: break
        }
        return run
    }
}

struct RunRow: Sendable {
    let title: String
    let command: Command
    var facts = Facts()
    var isFull = false
    var needsCall = false
    var isJournals = false
    var hasDeadline = false

    func cell(_ shape: RunShape) -> String {
        var run = shape.run
        if shape.isJournals != isJournals || needsCall && run.calls.isEmpty { return "cannot be" }
        if hasDeadline { run.deadline = Shapes.now }
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
        return .accept(
            NewCall(accepted: Shapes.accepted(delivery, call: id), ruled: .allow(nil)))
    }
    private static func holder(_ fingerprint: String) -> Facts {
        Facts(
            holder: KeyHolder(
                call: Shapes.call, fingerprint: Shapes.tag(fingerprint), differing: ["/to"]))
    }
    private static func late(_ report: Report) -> Command {
        .report(Shapes.call, attempt: 2, owner: Sample.owner(1), report)
    }
    private static let why = Shapes.payload(.reason)

    static let all = calls + stops + halts

    private static let calls = [
        RunRow(title: "accept a write", command: accept(.keyed)),
        RunRow(title: "accept a read", command: accept(.read)),
        RunRow(
            title: "accept a write, all is halted", command: accept(.keyed),
            facts: Shapes.halted),
        RunRow(
            title: "accept a read, all is halted", command: accept(.read), facts: Shapes.halted),
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
            title: "its call: newest attempt failed, permission",
            command: late(.failed(.permission, Shapes.payload(.error))), needsCall: true),
        RunRow(
            title: "its call: resolve as failed",
            command: .resolve(Shapes.call, .failed(.fatal), by: "ana", reason: why),
            needsCall: true),
    ]

    private static let stops = [
        RunRow(
            title: "abort",
            command: .abort(.requested, by: "ana", isForced: false, reason: why)),
        RunRow(
            title: "abort by force",
            command: .abort(.requested, by: "ana", isForced: true, reason: why)),
        RunRow(title: "expire, no deadline", command: .expireRun),
        RunRow(title: "expire, the deadline has come", command: .expireRun, hasDeadline: true),
        RunRow(title: "quarantine", command: .quarantine(by: "ana", reason: why)),
        RunRow(title: "release", command: .release(by: "ana", reason: why)),
    ]

    private static let halts = [
        RunRow(
            title: "halt everything", command: .halt(.everything, by: "ana", reason: why),
            isJournals: true),
        RunRow(
            title: "halt a tool", command: .halt(.tool(ToolName("t")), by: "ana", reason: why),
            isJournals: true),
        RunRow(
            title: "resume everything", command: .resume(.everything, by: "ana", reason: why),
            isJournals: true),
        RunRow(
            title: "resume a profile",
            command: .resume(.profile("desk"), by: "ana", reason: why), isJournals: true),
    ]

    static var table: MarkdownTableText {
        MarkdownTableText(
            head: ["command"] + RunShape.allCases.map(\.title),
            rows: all.map { row in [row.title] + RunShape.allCases.map(row.cell) })
    }
}
