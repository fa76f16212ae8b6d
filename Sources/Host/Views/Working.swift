// `holdfast worker`: a host without a client. It does the work that is due for the profiles of a
// config: approved calls, retries, calls of hosts that have ended.

import Engine

package struct Working: Sendable {
    private let hosts: [ToolHost]
    private let threads: BlockingThreads
    private let tell: @Sendable (String) -> Void

    /// - Parameter profile: nil: every profile of the config.
    package init(
        _ project: Project, profile: String?, on threads: BlockingThreads,
        tell: @escaping @Sendable (String) -> Void
    ) throws(Ending) {
        let names = profile.map { [$0] } ?? project.configuration.profiles.map(\.name)
        var hosts: [ToolHost] = []
        for name in names { hosts.append(try project.host(profile: name)) }
        self.hosts = hosts
        self.threads = threads
        self.tell = tell
    }

    /// Does what is due now.
    /// - Returns: how many pieces of work were done: attempts, probes, undos.
    package func once() async throws(Ending) -> Int {
        var pieces = 0
        for host in hosts {
            do throws(JournalFault) {
                let loop = DueLoop(host, on: threads, report: { [tell] in tell("holdfast: \($0)") })
                pieces += try await loop.runOnce()
                try host.close()
            } catch {
                throw Ending(error)
            }
        }
        return pieces
    }

    /// Works until the process is asked to stop; attempts under way then have the config's grace.
    package func untilStopped() async throws(Ending) {
        // A journal that cannot be used is said at once, not every quarter of a second.
        for host in hosts {
            try Ending.ifFault { () throws(JournalFault) in _ = try host.opener.open() }
        }
        await withDiscardingTaskGroup { group in
            await withDiscardingTaskGroup { work in
                for host in hosts {
                    work.addTask(executorPreference: threads) { [threads, tell] in
                        await DueLoop(
                            host, on: threads, report: { tell("holdfast: \($0)") }
                        ).run()
                    }
                }
                while !StopRequest.isRaised(within: -1) {}
                for host in hosts { host.drain() }
                group.addTask(executorPreference: threads) { await stopAfterGrace() }
                work.cancelAll()
            }
            group.cancelAll()
        }
        for host in hosts {
            try Ending.ifFault { () throws(JournalFault) in try host.close() }
        }
    }

    private func stopAfterGrace() async {
        guard let host = hosts.first else { return }
        await host.pause(host.configuration.graceMs)
        guard !Task.isCancelled else { return }
        for host in hosts { host.stopAll() }
    }
}
