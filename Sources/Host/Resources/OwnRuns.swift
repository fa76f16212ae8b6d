// A caller's own runs, newest first: walked for pages and completions. Others' runs are not even
// looked at: neither what they are nor how many there are shows in an answer.

import Engine

struct OwnRuns {
    enum End: Equatable {
        /// There is nothing older.
        case oldest
        /// Whoever looks has seen enough.
        case enough
        /// Enough was read for once; it can go on below this run, which is the caller's own.
        case tired(at: RunID)
    }

    private let reading: any JournalReading
    private let caller: Caller

    init(_ reading: any JournalReading, of caller: Caller) {
        self.reading = reading
        self.caller = caller
    }

    /// - Parameter look: whether to go on to the next.
    func walk(
        before start: RunID?, _ look: (Run) throws(JournalFault) -> Bool
    ) throws(JournalFault) -> End {
        var before = start
        var read = 0
        while true {
            let states = try reading.states(
                of: caller.group, before: before, limit: HostLimits.resourcePage)
            for (id, state) in states {
                if read >= HostLimits.walkedCalls, let before { return .tired(at: before) }
                before = id
                read += 1
                guard let run = try reading.run(id, state) else { continue }
                read += run.calls.count
                if run.caller.owns(caller), try !look(run) { return .enough }
            }
            if states.count < HostLimits.resourcePage { return .oldest }
        }
    }
}
