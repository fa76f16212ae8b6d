// What came of a probe is put to its call's run, like what came of an attempt.

import JSON

/// A probe's outcome with what the host found out about it.
package struct ProbeReport: Sendable {
    package let probe: Probe
    package internal(set) var outcome: ProbeOutcome
    /// Of what was found: a result, or renewed arguments.
    package let resultClass: PayloadRef.Class
    /// Of the tool as it is now.
    package let retry: RetryRule
    /// What renewed arguments need a yes for; nil where nothing holds the tool.
    package let approval: ApprovalRule?

    package init(
        probe: Probe, outcome: ProbeOutcome, resultClass: PayloadRef.Class, retry: RetryRule,
        approval: ApprovalRule?
    ) {
        self.probe = probe
        self.outcome = outcome
        self.resultClass = resultClass
        self.retry = retry
        self.approval = approval
    }
}

extension Doors {
    /// Never turned down: the answer to a probe that is not under way any more changes nothing.
    package func answer(
        _ given: ProbeReport, in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) -> Recorded {
        let report = try keepingAmount(given, in: journal)
        let probe = report.probe
        var drafts = Drafts(moment.entropy)
        let lesson = report.committed(&drafts, moment)
        let command = Command.learn(
            probe.call, probe: probe.number, owner: probe.owner, lesson)
        return try settle(
            Settling(call: probe.call, run: probe.run, basis: probe.basis, drafts: drafts),
            command, report.retry, heard: nil, in: journal, moment)
    }
}

extension ProbeReport {
    fileprivate func committed(_ drafts: inout Drafts, _ moment: Moment) -> Lesson {
        switch outcome {
        case .found(let value):
            let (payload, withheld) = drafts.result(value, resultClass, malformed: false)
            return .found(payload, withheld)
        case .absent:
            let why = "It was looked for and is not there: it did not happen."
            return .absent(drafts.text(.error, why))
        case .confirmed: return .confirmed
        case .differs(let value):
            return .differs(drafts.result(value, resultClass, malformed: false, as: .found).0)
        case .renewed(let arguments): return renewed(arguments, &drafts, moment)
        case .unsure(let reason):
            return .unsure(drafts.downstreamText(.error, reason, resultClass))
        }
    }

    private func renewed(
        _ arguments: JSONObject, _ drafts: inout Drafts, _ moment: Moment
    ) -> Lesson {
        let payload: PayloadRef
        do {
            payload = drafts.payload(
                .arguments, canonical: try arguments.canonicalArguments(), resultClass)
        } catch {
            return .unsure(drafts.text(.error, "Renewed: \(error.message)"))
        }
        // What was held is held again: a yes is to these arguments and no others. What other rules
        // ask of them is asked before they are sent.
        guard let call = probe.basis[probe.call],
            let demands = call.approval?.demands ?? approval.map({ [$0] })
        else { return .renewed(payload, approval: nil) }
        return .renewed(
            payload,
            approval: ApprovalRequested(
                demands: demands, for: call.tool, call.manifest, payload, of: probe.basis,
                by: nil, &drafts.entropy, moment.now))
    }
}
