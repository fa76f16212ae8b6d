// Transaction 2: what came of an attempt is in the journal before anybody hears of it.

import JSON
import Proofs

/// An attempt's outcome with what the host found out about its result.
package struct AttemptReport: Sendable {
    package let attempt: Attempt
    package let outcome: AttemptOutcome
    package let resultClass: PayloadRef.Class
    /// Whether the result breaks the tool's output schema: kept, but not handed out.
    package let isMalformed: Bool
    /// Of the tool as it is now: patience is never pinned.
    package let retry: RetryRule
    /// Whether whoever records it does what comes next of the call.
    package var goesOn = true
    /// Of an unknown outcome: whether something that the attempt has started may still be at it.
    package var mayStillSend = false

    package init(
        attempt: Attempt, outcome: AttemptOutcome, resultClass: PayloadRef.Class,
        isMalformed: Bool, retry: RetryRule = .standard
    ) {
        self.attempt = attempt
        self.outcome = outcome
        self.resultClass = resultClass
        self.isMalformed = isMalformed
        self.retry = retry
    }
}

/// How a call stands after something was recorded, and what whoever recorded it does next.
package struct Recorded: Sendable {
    package let view: CallView
    package let next: Work?

    package init(view: CallView, next: Work?) {
        self.view = view
        self.next = next
    }
}

extension Doors {
    /// Records the outcome and answers how the call stands now. Never turned down: an answer that
    /// comes too late is kept as evidence.
    package func record(
        _ report: AttemptReport, in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) -> Recorded {
        let attempt = report.attempt
        var drafts = Drafts(moment.entropy)
        let committed = report.committed(&drafts)
        let command = Command.report(
            attempt.call, attempt: attempt.number, owner: attempt.owner, committed)
        return try settle(
            Settling(
                call: attempt.call, run: attempt.run, basis: attempt.basis, drafts: drafts,
                goesOn: report.goesOn),
            command, report.retry, heard: report.outcome.isHostsOwn ? nil : committed,
            in: journal, moment)
    }

    /// Notes that the outcome's line was written to a caller; rides in any transaction.
    /// - Parameter known: the run as the caller of this door last saw it.
    /// - Returns: the run as it is then.
    @discardableResult
    package func delivered(
        _ call: CallID, in run: RunID, known: Run? = nil, _ journal: any JournalTransaction,
        _ moment: Moment
    ) throws(JournalFault) -> Run? {
        guard let found = try journal.run(run, known: known), found[call] != nil else {
            return nil
        }
        var editor = RunEditor(found)
        performAlways(.delivered(call), Facts(), &editor, by: moment.host, at: moment.now)
        try editor.save(Drafts(moment.entropy), in: journal, at: moment.now)
        return editor.run
    }

    /// Puts what came of a call to its run, and looks what is to be done next.
    func settle(
        _ settling: Settling, _ command: Command, _ retry: RetryRule, heard: Report?,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) -> Recorded {
        guard let run = try journal.run(settling.run, known: settling.basis),
            let former = run[settling.call]
        else {
            throw JournalFault(
                .corrupt, "\(settling.call) was under way, but the journal does not know it.")
        }
        var drafts = settling.drafts
        var editor = RunEditor(run)
        var (facts, canGoOn) = try gatherIfAble(former.tool, &drafts, in: journal)
        facts.retry = retry
        facts.slots = try slots(for: former, of: run.caller.profile, in: journal)
        performAlways(command, facts, &editor, by: moment.host, at: moment.now)
        if let heard, let call = editor.run[settling.call] {
            let health = facts.health.heard(
                heard, willRetry: call.failures > former.failures, at: moment.now)
            try journal.keep(health, of: former.tool, formerly: facts.health)
            facts.health = health
        }
        // What comes next may start from what was just committed to.
        if editor.hasChanged { try drafts.keep(in: journal) }
        canGoOn = canGoOn && settling.goesOn
        let environments = canGoOn ? [former.environment] : []
        let work = try goOnIfAble(
            with: settling.call, &editor, facts, &drafts, for: environments, in: journal, moment)
        let index = try editor.save(drafts, in: journal, at: moment.now)
        guard let call = editor.run[settling.call] else {
            preconditionFailure("What was put to a run's call is in its run.")
        }
        return Recorded(
            view: try journal.viewWithIndex(of: call, in: editor.run, savedAs: index),
            next: work?.resting(on: editor.run))
    }

    // An outcome is recorded even where what is halted cannot be read; nothing follows from it.
    private func gatherIfAble(
        _ tool: ToolName, _ drafts: inout Drafts, in journal: any JournalTransaction
    ) throws(JournalFault) -> (Facts, canGoOn: Bool) {
        do throws(JournalFault) {
            return (try gather(about: tool, in: journal, chance: &drafts.entropy), true)
        } catch where error.code.concernsOneRun {
            return (Facts(), false)
        }
    }

    // What came of a call is recorded even where what follows from it cannot be begun: the agenda
    // brings that up again, and says what is odd about it.
    private func goOnIfAble(
        with id: CallID, _ editor: inout RunEditor, _ facts: Facts, _ drafts: inout Drafts,
        for environments: [String], in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) -> Work? {
        var further = editor
        do throws(JournalFault) {
            let work = try goOn(
                with: id, &further, facts, &drafts, for: environments, in: journal, moment)
            editor = further
            return work
        } catch where error.code.concernsOneRun {
            return nil
        }
    }

    /// Claims what comes next of a call, or else of its run. To be called before the run is saved:
    /// what cannot be sent is not claimed.
    func goOn(
        with id: CallID, _ editor: inout RunEditor, _ known: Facts, _ drafts: inout Drafts,
        for environments: [String], in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) -> Work? {
        guard let former = editor.run[id] else { return nil }
        if environments.contains(former.environment) {
            var facts = known
            if former.mayBeStarted(at: moment.now) {
                try judge(former, in: editor.run, &facts, &drafts, journal, moment.now)
            }
            let claim = Command.claim(id, owner: moment.owner, leaseUntil: moment.leaseUntil)
            performAlways(claim, facts, &editor, by: moment.host, at: moment.now)
            if let call = editor.run[id] {
                let work = try journal.work(
                    of: call, formerly: former, in: editor.run, claimedBy: moment.owner)
                try noteStart(of: call, formerly: former.attempts, facts, in: journal, moment)
                if work != nil { return work }
            }
        }
        return try journal.undo(in: editor.run, for: environments)
    }

    /// Where an attempt was started, the tool's breaker hears of it: it may be the trial.
    func noteStart(
        of call: Call?, formerly attempts: Int, _ facts: Facts,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) {
        guard let call, call.attempts > attempts else { return }
        let health = facts.health.started(until: moment.leaseUntil)
        try journal.keep(health, of: call.tool, formerly: facts.health)
    }

    /// What a decision about a call may depend on beyond its run.
    func gather(
        about tool: ToolName, in journal: any JournalTransaction, chance entropy: inout Entropy
    ) throws(JournalFault) -> Facts {
        var facts = Facts()
        facts.halts = try journal.standingHalts
        facts.health = try journal.health(of: tool)
        facts.chance = entropy.number()
        return facts
    }

    /// For commands about a call that is known to be in the run: no rule turns them down.
    func performAlways(
        _ command: Command, _ facts: Facts, _ editor: inout RunEditor,
        by actor: Actor, at now: Instant
    ) {
        do {
            try editor.perform(command, facts, by: actor, at: now)
        } catch {
            preconditionFailure("No rule turns this command down: \(error.message)")
        }
    }
}

/// What something is put to, and what was committed to for it.
struct Settling {
    let call: CallID
    let run: RunID
    let basis: Run?
    let drafts: Drafts
    var goesOn = true
}

extension AttemptOutcome {
    fileprivate var isHostsOwn: Bool {
        if case .failed(let failure) = self { failure.isHostsOwn } else { false }
    }
}

extension AttemptReport {
    fileprivate func committed(_ drafts: inout Drafts) -> Report {
        switch outcome {
        case .succeeded(let value):
            let (payload, withheld) = drafts.result(value, resultClass, malformed: isMalformed)
            return .succeeded(payload, withheld)
        case .succeededTooLarge(let byteCount):
            return .succeeded(drafts.tooLarge(byteCount, resultClass), .tooLarge)
        case .failed(let failure):
            let error = drafts.downstreamText(.error, failure.message, resultClass)
            return .failed(failure.kind, error, retryAfterMs: failure.retryAfterMs)
        case .voided:
            let why = "It was withdrawn before it happened, and cannot happen any more."
            return .voided(drafts.text(.error, why))
        case .unknown(let reason):
            return .unknown(
                drafts.downstreamText(.error, reason, resultClass), mayStillSend: mayStillSend)
        }
    }
}
