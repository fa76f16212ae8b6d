// `holdfast policy backtest`: recorded calls put to a changed policy. What each run had done when a
// call of it was accepted is folded from the events before, never taken from how it stands today.

import Engine
import JSON
import SQLiteJournal

package struct Backtest: Sendable {
    /// A recorded call beside what would become of it.
    struct Line: Sendable {
        let call: CallID
        let run: RunID
        let tool: ToolName
        let caller: Caller
        let at: Instant
        /// What was said then.
        let was: Was
        let now: Now

        struct Was: Sendable {
            let by: By
            /// Who and how many were asked at first; nil where nobody was.
            let asked: String?

            enum By: Sendable {
                case ruled(RulingNote)
                /// Recorded before policies were: what became of it.
                case became(Verdict)
            }

            var verdict: Verdict {
                switch by {
                case .ruled(let note): note.verdict
                case .became(let verdict): verdict
                }
            }
        }

        enum Now: Sendable {
            case ruling(Ruling)
            /// The tool or the profile is not in the config.
            case gone(String)
            case erased

            var verdict: Verdict? {
                switch self {
                case .ruling(let ruling): ruling.outcome.verdict
                case .gone: .deny
                case .erased: nil
                }
            }
        }

        /// Who and how many would be asked; nil where nobody would.
        var asked: String? {
            guard case .ruling(let ruling) = now, case .hold(let demands) = ruling.outcome else {
                return nil
            }
            return demands.askedWords(caller)
        }

        /// What it was and would be, where only those who are asked are others.
        var otherPeople: (was: String, now: String)? {
            guard was.verdict == now.verdict, let before = was.asked, let asked,
                !before.isSameText(as: asked)
            else { return nil }
            return (before, asked)
        }

        var differs: Bool {
            now.verdict.map { $0 != was.verdict || otherPeople != nil } ?? false
        }
    }

    let since: Instant
    private(set) var judged = 0
    private(set) var differing: [Line] = []
    private(set) var erased: [Line] = []

    fileprivate mutating func add(_ line: Line) {
        if case .erased = line.now {
            erased.append(line)
        } else {
            judged += 1
            if line.differs { differing.append(line) }
        }
    }

    package static func perform(
        since text: String, in project: Project, _ progress: Progress, clock: HostClock = .system
    ) throws(Ending) -> Backtest {
        guard let ms = DurationText.milliseconds(of: text), ms > 0 else {
            throw Ending(
                .usage,
                "holdfast: --since: \(text.visibleLiteral) is not a duration; write a number and "
                    + "s, m, h or d, as in 7d.")
        }
        let since = clock.now() + -ms
        guard let journal = try project.journal() else {
            throw Ending(
                .badData,
                "holdfast: there is no journal at \(project.configuration.storePath.shown); a "
                    + "changed config must name the one whose calls are to be replayed.")
        }
        let court = PolicyCourt(project)
        return try Ending.ifFault { () throws(JournalFault) in
            try Backtest.walk(journal, court, since, progress)
        }
    }

    // Page by page: one long look would keep every host's log from being put away.
    private static func walk(
        _ journal: any Journal, _ court: PolicyCourt, _ since: Instant, _ progress: Progress
    ) throws(JournalFault) -> Backtest {
        var progress = progress
        var seen = Seen(backtest: Backtest(since: since))
        var index = try journal.read { reading throws(JournalFault) in
            try reading.firstRecord(at: since)
        }
        while true {
            let former = seen
            let from = index
            let (count, now) = try journal.read { reading throws(JournalFault) -> (Int, Seen) in
                var past = Past(court: court, reading: reading, seen: former)
                return (try past.walk(from: from), past.seen)
            }
            seen = now
            index += count
            progress.pass(
                "\(seen.backtest.judged + seen.backtest.erased.count) calls judged, up to record "
                    + "\(index)")
            if count < HostLimits.listPage { return seen.backtest }
        }
    }
}

/// What a walk over the record has come to.
private struct Seen: Sendable {
    var backtest: Backtest
    /// As far as they have been walked; those that have ended are let go.
    var runs: [RunID: Run] = [:]
}

extension JournalReading {
    // The record is in order of time, so that the first one of a time is found by halves.
    fileprivate func firstRecord(at time: Instant) throws(JournalFault) -> Int {
        func isBefore(_ index: Int) throws(JournalFault) -> Bool {
            guard let stored = try log(from: index, limit: 1).first else { return false }
            return try decoded(stored).at < time
        }
        var low = 0
        var high = 1
        while try isBefore(high) { high *= 2 }
        while low < high {
            let middle = low + (high - low) / 2
            if try isBefore(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A walk over some of the record.
private struct Past {
    let court: PolicyCourt
    let reading: any JournalReading
    var seen: Seen

    /// - Returns: how many records there were.
    mutating func walk(from index: Int) throws(JournalFault) -> Int {
        let page = try reading.log(from: index, limit: HostLimits.listPage)
        for stored in page { try walk(try reading.decoded(stored)) }
        return page.count
    }

    private mutating func walk(_ record: Record) throws(JournalFault) {
        if record.run == .journal { return }
        if case .runOpened = record.event {
            seen.runs[record.run] = Run(id: record.run, opening: record.event, at: record.at)
            return
        }
        var known = seen.runs[record.run]
        if case .callAccepted(let accepted) = record.event {
            if known == nil { known = try past(of: record) }
            if let run = known, record.at >= seen.backtest.since {
                try judge(accepted, in: run, at: record.at)
            }
        }
        // Of a run that has ended, or that began before, nothing is asked until its next call.
        guard var run = known else { return }
        run.evolve(record.event, at: record.at)
        seen.runs[record.run] = run.state == .completed ? nil : run
    }

    /// The run as it was before `record`.
    private func past(of record: Record) throws(JournalFault) -> Run? {
        var run: Run?
        var read = 0
        while true {
            let page = try reading.records(of: record.run, from: read, limit: HostLimits.listPage)
            for stored in page {
                let earlier = try reading.decoded(stored)
                if earlier.index >= record.index { return run }
                if run == nil {
                    run = Run(id: record.run, opening: earlier.event, at: earlier.at)
                } else {
                    run?.evolve(earlier.event, at: earlier.at)
                }
            }
            read += page.count
            if page.count < HostLimits.listPage { return run }
        }
    }

    private mutating func judge(
        _ accepted: CallAccepted, in run: Run, at: Instant
    ) throws(JournalFault) {
        // Undos are allowed because a manifest names them, and a grant is no call.
        guard accepted.origin == .agent else { return }
        seen.backtest.add(
            Backtest.Line(
                call: accepted.call, run: run.id, tool: accepted.tool, caller: run.caller, at: at,
                was: try was(accepted, in: run), now: try now(accepted, in: run, at)))
    }

    private func was(
        _ accepted: CallAccepted, in run: Run
    ) throws(JournalFault) -> Backtest.Line.Was {
        let demands = try demands(on: accepted.call, in: run.id)
        let by: Backtest.Line.Was.By =
            accepted.ruling.map { .ruled($0) } ?? .became(demands == nil ? .allow : .approve)
        return Backtest.Line.Was(by: by, asked: demands?.askedWords(run.caller))
    }

    /// What was asked for when the call was accepted, whatever has been asked anew since.
    private func demands(
        on call: CallID, in run: RunID
    ) throws(JournalFault) -> [ApprovalRule]? {
        guard let approval = try reading.run(run)?[call]?.approval else { return nil }
        guard approval.because != nil else { return approval.demands }
        var read = 0
        while true {
            let page = try reading.records(of: run, from: read, limit: HostLimits.listPage)
            for stored in page {
                if case .approvalRequested(call, let request) = try reading.decoded(stored).event {
                    return request.because == nil ? request.demands : nil
                }
            }
            read += page.count
            if page.count < HostLimits.listPage { return nil }
        }
    }

    private func now(
        _ accepted: CallAccepted, in run: Run, _ at: Instant
    ) throws(JournalFault) -> Backtest.Line.Now {
        let profiles = court.configuration.profiles
        guard let profile = profiles.first(where: { $0.name == run.caller.profile }) else {
            return .gone("the config has no profile \(run.caller.profile.visibleLiteral)")
        }
        guard let tool = court.catalog.tool(named: accepted.tool) else {
            return .gone("the config has no tool \(accepted.tool)")
        }
        guard let arguments = try reading.value(accepted.arguments)?.objectValue else {
            return .erased
        }
        let question = PolicyQuestion(
            tool: tool, arguments: arguments, caller: run.caller,
            isByPerson: accepted.isByPerson,
            run: RunSoFar(run, without: accepted.call, and: accepted.taint), now: at)
        return .ruling(court.configuration.policy(for: profile).ruling(on: question.subject))
    }
}
