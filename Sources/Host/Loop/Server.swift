// `holdfast serve`: one reader, one writer, calls in between, until input ends or the process is
// asked to stop (DESIGN section 13, "End of input").

package import Engine
import JSON
import MCP
import Synchronization

package struct Server: Sendable {
    private let host: ToolHost
    private let threads: BlockingThreads
    /// For what must go on however many calls block: leases, timers, cancels, stopping.
    private let house = BlockingThreads(limit: HostLimits.houseThreads)
    /// For looks at the journal and the tools: neither calls nor what must go on wait behind them.
    private let readers = BlockingThreads(limit: HostLimits.readerThreads)
    private let wire: Wire
    private let watch: ResourceWatch
    private let streams: StandardStreams
    private let report: @Sendable (String) -> Void
    private let recorder: SessionRecorder?
    private let controls = CallControls()

    /// - Parameter report: where the operator is told things, a line each.
    init(
        _ host: ToolHost, identity: ServerIdentity, on threads: BlockingThreads,
        streams: StandardStreams, recorder: SessionRecorder? = nil,
        report: @escaping @Sendable (String) -> Void
    ) {
        let notes = NoteRation(report)
        self.streams = streams
        self.recorder = recorder
        wire = Wire(
            ServerSession(identity: identity, offer: HostOffer.all), output: streams.output,
            graceMs: host.configuration.graceMs, recorder: recorder, note: { notes.tell($0) })
        watch = ResourceWatch(host)
        self.host = host
        self.threads = threads
        self.report = report
    }

    /// Serves until the client closes its end or the process is asked to stop.
    package func run() async throws(JournalFault) {
        let isOver = Flag()
        let due = DueLoop(host, on: threads, report: { [report] in report("holdfast: \($0)") })
        await withDiscardingTaskGroup { background in
            background.addTask(executorPreference: house) { await watchForStop(isOver) }
            background.addTask(executorPreference: house) { await keepPatience() }
            background.addTask(executorPreference: house) { await keepWatch() }
            background.addTask(executorPreference: house) { await watchTools() }
            await withDiscardingTaskGroup { calls in
                var isWarm = false
                let ownThread = HandingOver(on: threads)
                await withTaskExecutorPreference(ownThread) {
                    await read(on: ownThread) { effects in
                        for effect in effects { take(effect, &calls) }
                        if !isWarm {
                            isWarm = true
                            background.addTask(executorPreference: house) { await start(due) }
                        }
                    }
                }
                host.drain()
            }
            while due.isBusy { await host.pause(HostLimits.longestPollMs) }
            endSubscriptions()
            isOver.raise()
            StopRequest.raise()
            background.cancelAll()
        }
        try host.close()
    }

    private func read(
        on ownThread: HandingOver, _ take: ([SessionEffect]) -> Void
    ) async {
        var reader = InputReader(streams.input, output: streams.output)
        while true {
            switch reader.next() {
            case .lines(let lines):
                for line in lines.dropLast() { take(receive(line)) }
                guard let last = lines.last else { continue }
                let effects = receive(last)
                // The thread that has read a call carries it out, and the reading goes on on
                // another one: waking that is nothing that the call has to wait for.
                if Server.isCall(effects) {
                    await ownThread.start { take(effects) }
                } else {
                    take(effects)
                }
            case .end(let last):
                if let last { take(receive(last)) }
                recorder?.note(.closed)
                return
            case .stopRequested: return
            }
        }
    }

    /// Whether this is one call, on the threads for calls.
    private static func isCall(_ effects: [SessionEffect]) -> Bool {
        guard effects.count == 1, case .callTool(_, let request) = effects[0] else { return false }
        return !isHouse(request)
    }

    /// Whether a call goes to the threads for what must go on: not what undoes a run, which may
    /// take as long as any call.
    private static func isHouse(_ request: ToolCallRequest) -> Bool {
        HostTool(rawValue: request.name).map { $0 != .runAbort } ?? false
    }

    private func receive(_ line: FramedLine) -> [SessionEffect] {
        let nowMs = host.clock.steadyMs()
        return wire.perform { session in
            recorder?.note(.client(line))
            return switch line {
            case .line(let bytes): session.receive(bytes, nowMs: nowMs)
            case .oversized: session.receiveOversized(nowMs: nowMs)
            }
        }
    }

    private func take(_ effect: SessionEffect, _ calls: inout DiscardingTaskGroup) {
        switch effect {
        case .listTools(let handle):
            // Files that are being changed are waited for, but not on the thread that reads.
            calls.addTask(executorPreference: readers) {
                noticeChanges()
                answer(handle, .tools(host.listings))
            }
        case .callTool(let handle, let request):
            let control = controls.add(handle, way(of: handle, request))
            let isHouse = Server.isHouse(request)
            calls.addTask(executorPreference: isHouse ? house : threads) {
                await call(handle, request, control)
            }
        case .content(let handle, let request):
            calls.addTask(executorPreference: readers) { answer(handle, content(request)) }
        case .task(let handle, let request):
            // What stops an attempt waits for no other reader.
            calls.addTask(executorPreference: readers) {
                let (told, fault) = host.answer(request)
                if let fault { report("holdfast: \(fault)") }
                answer(handle, told)
            }
        case .answered(let handle, let said):
            guard let control = controls.find(handle) else { return }
            calls.addTask(executorPreference: house) { [host, report] in
                if let fault = host.answered(control, said) { report("holdfast: \(fault)") }
            }
        case .cancel(let handle, let reason):
            guard let control = controls.find(handle) else { return }
            calls.addTask(executorPreference: house) { [host, report] in
                if let fault = host.cancel(control, reason: reason) { report("holdfast: \(fault)") }
            }
        case .send, .note:
            preconditionFailure("The wire has done these already.")
        }
    }

    private func call(
        _ handle: RequestHandle, _ request: ToolCallRequest, _ control: CallControl
    ) async {
        let asked = HostCall(
            tool: request.name, arguments: request.arguments, runID: request.runID,
            givenKey: request.idempotencyKey, traceparent: request.traceparent,
            reply: request.reply)
        noticeChanges()
        let outcome: HostAnswer
        if request.wantsProgress {
            outcome = await telling(handle, request.name) { await host.answer(asked, control) }
        } else {
            outcome = await host.answer(asked, control)
        }
        if let fault = outcome.fault { report("holdfast: \(fault)") }
        controls.remove(handle)
        // A client whose patience ended has had its answer: the outcome is in the journal.
        guard control.takeAnswer() else { return }
        answer(handle, outcome, control)
        FailPoint.pass(.afterAnswer)
        if case .call(let answer) = outcome { host.delivered(answer) }
    }

    /// Tells a client that asked for it that its call is still under way, once a second.
    private func telling(
        _ handle: RequestHandle, _ tool: String, _ work: @Sendable () async -> HostAnswer
    ) async -> HostAnswer {
        await withDiscardingTaskGroup { group in
            group.addTask {
                var seconds = 0
                while true {
                    await host.pause(HostLimits.progressEveryMs)
                    if Task.isCancelled { return }
                    seconds += 1
                    let told = seconds
                    _ = wire.perform {
                        $0.progress(
                            handle, message: "\(tool) has been under way for \(told) s",
                            progress: told, total: nil)
                    }
                }
            }
            let outcome = await work()
            group.cancelAll()
            return outcome
        }
    }

    /// How this request's client can be answered, and asked.
    private func way(of handle: RequestHandle, _ request: ToolCallRequest) -> ClientWay {
        if request.version.isStateless { return .repeating(request.abilities) }
        guard request.abilities.showsForms else { return .plain }
        return .asked { [wire] form in wire.ask(handle, form) }
    }

    private func answer(_ handle: RequestHandle, _ outcome: HostAnswer, _ control: CallControl) {
        let (told, fault) = host.sessionAnswer(to: outcome, control.way)
        if let fault { report("holdfast: \(fault)") }
        answer(handle, told)
    }

    private func answer(_ handle: RequestHandle, _ answer: SessionAnswer) {
        let rest = wire.perform { $0.answer(handle, with: answer) }
        precondition(rest.isEmpty, "An answer asks nothing more of the host.")
    }

    /// Answers calls whose clients have waited as long as their manifests say, as they stand then.
    private func keepPatience() async {
        while !Task.isCancelled {
            await host.pause(HostLimits.patienceEveryMs)
            for (handle, control) in controls.overdue(at: host.clock.steadyMs()) {
                guard let outcome = host.standing(control), control.takeAnswer() else { continue }
                answer(handle, outcome, control)
            }
        }
    }

    private func content(_ request: ContentRequest) -> SessionAnswer {
        do throws(JournalFault) {
            switch request {
            case .watch(let kinds):
                if kinds.hasTools { host.beginWatchingTools() }
                guard kinds.hasResources || !kinds.tasks.isEmpty else { return .watching }
                try watch.begin()
            // A list that was read is one that may change.
            case .resourceList: try watch.begin()
            case .resource, .prompt, .completion: break
            }
            return try host.content(request)
        } catch {
            report("holdfast: \(error)")
            return .internalError(error.message)
        }
    }

    /// The tools that are listed are others than before.
    private func toolsChanged() { wire.tell([.tools]) }

    private func keepWatch() async {
        var told: JournalFault?
        while !Task.isCancelled {
            await host.pause(HostLimits.watchEveryMs)
            let fault = tellChanges()
            // The same fault at every look is one thing to know.
            if let fault, told?.description != fault.description { report("holdfast: \(fault)") }
            told = fault
        }
    }

    private func tellChanges() -> JournalFault? {
        do throws(JournalFault) {
            wire.tell(try watch.changes { wire.watched })
            return nil
        } catch {
            return error
        }
    }

    /// What the last calls changed is still told; then nothing more.
    private func endSubscriptions() {
        if let fault = tellChanges() { report("holdfast: \(fault)") }
        _ = wire.perform { $0.endSubscriptions() }
    }

    // Tools are watched also while nobody calls, so that a client hears of them unasked.
    private func watchTools() async {
        // Not before the first answer: nobody waits for this.
        await host.pause(HostLimits.warmUpAfterMs)
        for line in host.complaints() { report("holdfast: \(line)") }
        while !Task.isCancelled {
            noticeChanges()
            await host.pause(CatalogLimits.lookEveryMs)
        }
    }

    private func noticeChanges() {
        let news = host.noticeChanges { recorder?.note(.tools($0)) }
        guard let news else { return }
        for line in news.lines { report("holdfast: \(line)") }
        if news.isListChanged { toolsChanged() }
    }

    private func start(_ due: DueLoop) async {
        await host.pause(HostLimits.warmUpAfterMs)
        guard !Task.isCancelled else { return }
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: house) {
                await host.pause(HostLimits.startedAfterMs)
                if !Task.isCancelled { Allocator.forgetStartUp() }
            }
            await due.run()
            group.cancelAll()
        }
    }

    // Calls under way have `grace`; then they are stopped and recorded as they turn out.
    private func watchForStop(_ isOver: Flag) async {
        while !StopRequest.isRaised(within: -1) {}
        guard !isOver.isRaised else { return }
        await host.pause(host.configuration.graceMs)
        host.stopAll()
    }
}

/// Something that becomes true once.
final class Flag: Sendable {
    private let state = Atomic<Bool>(false)
    var isRaised: Bool { state.load(ordering: .acquiring) }
    func raise() { state.store(true, ordering: .releasing) }
}

/// Calls under way, by the session's handle, so that they can be cancelled.
private final class CallControls: Sendable {
    private let byHandle = Mutex<[RequestHandle: CallControl]>([:])

    func add(_ handle: RequestHandle, _ way: ClientWay) -> CallControl {
        let control = CallControl(way)
        byHandle.withLock { $0[handle] = control }
        return control
    }

    func find(_ handle: RequestHandle) -> CallControl? { byHandle.withLock { $0[handle] } }

    /// Those whose patience has ended, by the steady clock, in the order they came.
    func overdue(at nowMs: Int64) -> [(RequestHandle, CallControl)] {
        let all = byHandle.withLock { Array($0) }
        return all.filter { $0.value.isOverdue(at: nowMs) }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
    }

    func remove(_ handle: RequestHandle) { byHandle.withLock { $0[handle] = nil } }
}

/// What an operator is told of odd traffic: the first notes, then that there are more.
private final class NoteRation: Sendable {
    private static let limit = 100
    private let told = Atomic<Int>(0)
    private let report: @Sendable (String) -> Void

    init(_ report: @escaping @Sendable (String) -> Void) { self.report = report }

    func tell(_ note: SessionNote) {
        guard let text = note.text else { return }
        let count = told.add(1, ordering: .relaxed).newValue
        if count <= NoteRation.limit { report("holdfast: \(text)") }
        if count == NoteRation.limit {
            report("holdfast: more lines like these will not be reported")
        }
    }
}

extension SessionNote {
    /// For the operator's terminal: what a client wrote stands in quotes, its controls escaped.
    fileprivate var text: String? {
        switch self {
        case .unparsable(let reason, _):
            "a line from the client is not JSON: \(reason.visibleLiteral)"
        case .oversized: "a line from the client is larger than the limit and was discarded"
        case .malformed(let reason):
            "a line from the client is no message of the protocol: \(reason.visibleLiteral)"
        case .refused, .responseIgnored, .notificationIgnored, .cancelIgnored: nil
        }
    }
}
