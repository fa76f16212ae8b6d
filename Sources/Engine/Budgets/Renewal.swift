// That a call does not take more of a limit by having its arguments renewed than it was let through
// for.

import JSON

extension Doors {
    /// Renewed arguments that say another amount than the call was accepted with are no answer: it
    /// is not tried with them.
    func keepingAmount(
        _ report: ProbeReport, in journal: any JournalTransaction
    ) throws(JournalFault) -> ProbeReport {
        guard case .renewed(let arguments) = report.outcome,
            let call = report.probe.basis[report.probe.call],
            let reserved = try journal.text(call.charge?.amount).flatMap({ Amount($0) }),
            let rule = rulebook?.tools[call.tool]?.limits.amount
        else { return report }
        var copy = report
        do throws(Rejection) {
            let amount = try rule.amount(of: call.tool, arguments)
            if amount == reserved { return report }
            copy.outcome = .unsure(
                reason: "Renewed, it would take another amount than it was let through with.")
        } catch {
            copy.outcome = .unsure(reason: "Renewed: \(error.message)")
        }
        return copy
    }
}
