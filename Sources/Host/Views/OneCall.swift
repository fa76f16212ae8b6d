// One call by a host that lives as long as it.

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
        let attended = Attended(host: host, threads: threads, isWatched: isWatched, tell: tell)
        // The first signal asks the call to stop, and its attempt is recorded as it turns out.
        let answer = await attended.perform(
            request.call.tool,
            interrupt: { [host] in
                host.cancel(control, reason: "interrupted at the terminal")
            },
            { [host] in await host.answer(request.call, control) })
        let report = CallReport(
            answer: answer, caller: host.caller, refusedCount: host.catalog.problems.count)
        show(report)
        if case .call(let call) = answer { host.delivered(call) }
        try Ending.ifFault { () throws(JournalFault) in try host.close() }
        return report.status
    }
}
