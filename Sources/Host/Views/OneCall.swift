// One call by a host that lives as long as it: due work is done beside it, so that a call it waits
// for moves on, and a signal asks it to stop.

import Engine
import JSON

package struct OneCall: Sendable {
    private let host: ToolHost
    private let threads: BlockingThreads
    /// Whether a person sees standard error.
    private let isWatched: Bool

    package init(_ host: ToolHost, on threads: BlockingThreads, isWatched: Bool) {
        self.host = host
        self.threads = threads
        self.isWatched = isWatched
    }

    /// Makes the call and waits as its manifest says; `show` prints what came of it.
    package func perform(
        _ request: CallRequest, tell: @escaping @Sendable (String) -> Void,
        show: @Sendable (CallReport) -> Void
    ) async throws(Ending) -> CommandStatus {
        let control = CallControl()
        let answer = await withTaskGroup(of: HostAnswer?.self) { group in
            group.addTask(executorPreference: threads) { [host] () -> HostAnswer? in
                await host.answer(request.call, control)
            }
            group.addTask(executorPreference: threads) { await doDueWork(tell) }
            group.addTask(executorPreference: threads) { await watch(control, tell) }
            if isWatched {
                group.addTask(executorPreference: threads) {
                    await tellProgress(of: request.call.tool, tell)
                }
            }
            // The others have no end of their own, and no answer.
            var answer: HostAnswer?
            while answer == nil, let next = await group.next() { answer = next }
            host.drain()
            group.cancelAll()
            StopRequest.raise()
            return answer
        }
        guard let answer else { preconditionFailure("A call always has an answer.") }
        let report = CallReport(
            answer: answer, caller: host.caller, refusedCount: host.catalog.problems.count)
        show(report)
        if case .call(let call) = answer { host.delivered(call) }
        try Ending.ifFault { () throws(JournalFault) in try host.close() }
        return report.status
    }

    private func doDueWork(_ tell: @escaping @Sendable (String) -> Void) async -> HostAnswer? {
        // A call that needs no help opens the journal itself.
        await host.pause(HostLimits.warmUpAfterMs)
        guard !Task.isCancelled else { return nil }
        await DueLoop(host, on: threads, report: { tell("holdfast: \($0)") }).run()
        return nil
    }

    // The first signal asks the call to stop, and its attempt is recorded as it turns out.
    private func watch(
        _ control: CallControl, _ tell: @Sendable (String) -> Void
    ) async -> HostAnswer? {
        while !StopRequest.isRaised(within: -1) {}
        // The end of the call raises it too.
        guard !Task.isCancelled else { return nil }
        host.drain()
        let fault = host.cancel(control, reason: "interrupted at the terminal")
        if let fault { tell("holdfast: \(fault)") }
        return nil
    }

    private func tellProgress(
        of tool: String, _ tell: @Sendable (String) -> Void
    ) async -> HostAnswer? {
        var seconds = 0
        while true {
            await host.pause(HostLimits.progressEveryMs)
            if Task.isCancelled { return nil }
            seconds += 1
            if seconds == 2 || seconds % 10 == 0 {
                tell("\(tool.shownInLine) has been under way for \(seconds) s …")
            }
        }
    }
}
