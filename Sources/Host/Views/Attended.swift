// A host that lives as long as one order of a person at a terminal: due work is done beside it, so
// that what it waits for moves on; a signal asks it to stop; and a person is told that it goes on.

import Engine

struct Attended: Sendable {
    let host: ToolHost
    let threads: BlockingThreads
    /// Whether a person sees standard error.
    let isWatched: Bool
    let tell: @Sendable (String) -> Void

    /// - Parameter title: what is under way, for whoever waits.
    /// - Parameter interrupt: called once, at the first signal.
    func perform<Answer: Sendable>(
        _ title: String, interrupt: @escaping @Sendable () -> JournalFault?,
        _ body: @escaping @Sendable () async -> Answer
    ) async -> Answer {
        let answer = await withTaskGroup(of: Answer?.self) { group in
            group.addTask(executorPreference: threads) { await body() }
            group.addTask(executorPreference: threads) { await doDueWork() }
            group.addTask(executorPreference: threads) { await watch(interrupt) }
            if isWatched {
                group.addTask(executorPreference: threads) { await tellProgress(of: title) }
            }
            // The others have no end of their own, and no answer.
            var answer: Answer?
            while answer == nil, let next = await group.next() { answer = next }
            host.drain()
            group.cancelAll()
            StopRequest.raise()
            return answer
        }
        guard let answer else { preconditionFailure("An order always has an answer.") }
        return answer
    }

    private func doDueWork<Answer>() async -> Answer? {
        // What needs no help opens the journal itself.
        await host.pause(HostLimits.warmUpAfterMs)
        guard !Task.isCancelled else { return nil }
        await DueLoop(host, on: threads, report: { tell("holdfast: \($0)") }).run()
        return nil
    }

    private func watch<Answer>(_ interrupt: @Sendable () -> JournalFault?) async -> Answer? {
        while !StopRequest.isRaised(within: -1) {}
        // The end of the order raises it too.
        guard !Task.isCancelled else { return nil }
        host.drain()
        if let fault = interrupt() { tell("holdfast: \(fault)") }
        return nil
    }

    private func tellProgress<Answer>(of title: String) async -> Answer? {
        var seconds = 0
        while true {
            await host.pause(HostLimits.progressEveryMs)
            if Task.isCancelled { return nil }
            seconds += 1
            if seconds == 2 || seconds % 10 == 0 {
                tell("\(title.shownInLine) has been under way for \(seconds) s …")
            }
        }
    }
}
