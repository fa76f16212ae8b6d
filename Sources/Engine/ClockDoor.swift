// What follows from the machine's clock being set back: what waited before does not wait as much
// again. Its line is moved; the call's own rules say whether it may begin.

extension Doors {
    /// Moves the lines of work that began to wait under the clock as it was to the times that were
    /// meant. The same for whoever does it, and however often.
    /// - Parameter setBackMs: by how much the clock was set back.
    package func wake(
        _ environments: [String], setBackMs: Int64, in journal: any JournalTransaction,
        _ moment: Moment
    ) throws(JournalFault) {
        let query = AgendaQuery(
            now: moment.now + setBackMs + Limits.longestRetryAfterMs, gone: [],
            horizon: moment.now, environments: environments, limit: Limits.wokenLines)
        for item in try journal.due(query) {
            guard case .call(let id) = item.subject, let run = try journal.run(item.run),
                let call = run[id], let since = call.waitsSince, moment.now < since,
                let implied = run.agendaItem(of: call), implied.owner == nil
            else { continue }
            let line = AgendaItem(
                subject: item.subject, run: item.run,
                due: max(moment.now, implied.due + -setBackMs), owner: nil,
                environment: implied.environment)
            guard line != item else { continue }
            try journal.schedule(line, for: item.subject, formerly: item.due)
        }
    }
}
