// `holdfast serve` as the command line starts it: who the host says it is.

import Engine
import MCP

package enum Serving {
    /// Serves standard input and output until they end.
    /// - Parameter recorder: writes down what passes by; the host's own, where it has one.
    package static func run(
        _ host: ToolHost, on threads: BlockingThreads, recorder: SessionRecorder? = nil,
        report: @escaping @Sendable (String) -> Void
    ) async throws(Ending) {
        let streams: StandardStreams
        do {
            streams = try .claim()
        } catch {
            throw Ending(.ownFault, "holdfast: \(error.message)")
        }
        let server = Server(
            host, identity: identity, on: threads, streams: streams, recorder: recorder,
            report: report)
        let fault = await withDiscardingTaskGroup { group in
            if let recorder {
                group.addTask(executorPreference: threads) {
                    recorder.write(host, report: report)
                }
            }
            defer { recorder?.close() }
            do throws(JournalFault) {
                try await server.run()
                return JournalFault?.none
            } catch {
                return error
            }
        }
        if let fault { throw Ending(fault) }
    }

    static let identity = ServerIdentity(
        name: "holdfast", title: "Holdfast", version: HoldfastVersion.text,
        instructions: """
            Every result carries a receipt in `holdfast`: its `status` says how the call stands \
            and its `next` what to do. Group the calls for one purpose: run_begin with an \
            intent_id, then pass its run_id with every call; after an interruption run_begin \
            with the same intent_id, or run_status, tells what was done. Repeating a call with \
            the same arguments never does it twice: you get its recorded outcome. A call that \
            waits for a person is pending_approval: tell the user, go on with other work, and \
            pick it up later with call_status. Where the status is unknown or needs_attention, \
            do not try again in other words: tell the user.
            """)
}
