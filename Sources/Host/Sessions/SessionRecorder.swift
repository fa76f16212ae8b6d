// `serve --record`: what passes by is queued, and written by a task of its own. Serving never waits
// for the recording; where it cannot go on, it stops and says so.

import CLinux
import Dispatch
import Engine
import Glibc
import JSON
import MCP
import Synchronization

package final class SessionRecorder: Sendable {
    private struct Noted {
        let event: SessionEvent
        let atMs: Int64
        let now: Instant
    }

    private struct State {
        var queue: [Noted] = []
        var queuedBytes = 0
        var isClosed = false
        /// Why nothing more is taken; told once.
        var failure: String?
    }

    private let path: String
    private let descriptor: Int32
    private let clock: HostClock
    private let startMs: Int64
    private let startedAt: Instant
    private let state = Mutex(State())
    private let wakeUp = DispatchSemaphore(value: 0)

    /// Makes the file, which must not be there yet: what was recorded is never overwritten.
    package init(path: String, clock: HostClock = .system) throws(Ending) {
        descriptor = csystem_open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else {
            throw Ending(
                .failed,
                descriptor == -EEXIST
                    ? "holdfast: --record: \(path.shown) is there already and is not overwritten; "
                        + "name another file, or remove it"
                    : "holdfast: --record: \(path.shown) cannot be made: "
                        + String(cString: strerror(-descriptor)))
        }
        self.path = path
        self.clock = clock
        startMs = clock.steadyMs()
        startedAt = clock.now()
    }

    deinit { Glibc.close(descriptor) }

    /// Notes every attempt.
    var watch: AttemptWatch {
        AttemptWatch(
            began: { attempt, schemas, _ in self.note(.started(attempt, schemas)) },
            ended: { attempt, outcome, schemas in
                self.note(.ended(attempt, outcome, schemas))
            })
    }

    /// Why it was given up; nil while it goes on.
    var failure: String? { state.withLock(\.failure) }

    /// Never waits: what cannot be taken ends the recording.
    func note(_ event: SessionEvent) {
        let noted = Noted(event: event, atMs: clock.steadyMs() - startMs, now: clock.now())
        let isTaken = state.withLock { state in
            guard state.failure == nil, !state.isClosed else { return false }
            state.queuedBytes += event.byteCount
            guard noted.atMs <= HostLimits.sessionMs else {
                state.failure = "it would be longer than what can be replayed"
                return true
            }
            guard state.queue.count < HostLimits.recordingQueue,
                state.queuedBytes <= HostLimits.sessionBytes
            else {
                state.failure = "it cannot be written as fast as the session goes"
                return true
            }
            state.queue.append(noted)
            return true
        }
        if isTaken { wakeUp.signal() }
    }

    /// Nothing more will come; ``write(_:report:)`` ends once all is written.
    func close() {
        state.withLock { $0.isClosed = true }
        wakeUp.signal()
    }

    /// Writes until the session is over or the recording cannot go on. Blocks its thread.
    func write(_ host: ToolHost, report: (String) -> Void) {
        var page = RecordingPage(descriptor: descriptor)
        var lastMs: Int64 = 0
        var scribe: SessionScribe?
        while let noted = next() {
            var current = scribe ?? begin(&page, host, noted)
            for noted in noted {
                lastMs = noted.atMs
                let entries =
                    decisions(&current, until: noted.now, host) + current.entries(for: noted.event)
                for entry in entries { page.add(SessionLine(atMs: lastMs, entry: entry).json) }
            }
            scribe = current
            if let failure = page.write() ?? failure {
                return stop(failure, report)
            }
        }
        if scribe == nil { _ = begin(&page, host, []) }
        page.add(SessionLine(atMs: lastMs, entry: .end).json)
        if let failure = page.write() ?? failure { stop(failure, report) }
    }

    /// Writes the header. The tools are those before the first change: who sees others has noted
    /// them by then.
    private func begin(
        _ page: inout RecordingPage, _ host: ToolHost, _ noted: [Noted]
    ) -> SessionScribe {
        let now = host.catalog
        let later = state.withLock(\.queue)
        let first = (noted + later).lazy.compactMap { noted in
            if case .tools(let change) = noted.event { change.before } else { nil }
        }.first
        let catalog = first ?? now
        page.add(header(of: host, catalog).json)
        return SessionScribe(catalog.tools.map(\.manifest), since: startedAt)
    }

    private func stop(_ why: String, _ report: (String) -> Void) {
        state.withLock { state in
            state.failure = why
            state.queue = []
        }
        report("holdfast: the recording \(path.shown) stops here: \(why); serving goes on")
    }

    /// What has come since; nil once nothing more will.
    private func next() -> [Noted]? {
        while true {
            let (noted, isOver) = state.withLock { state in
                defer {
                    state.queue = []
                    state.queuedBytes = 0
                }
                return (state.queue, state.isClosed || state.failure != nil)
            }
            if !noted.isEmpty { return noted }
            if isOver { return nil }
            wakeUp.wait()
        }
    }

    /// What people decided before `now` about approvals that the client waits for.
    private func decisions(
        _ scribe: inout SessionScribe, until now: Instant, _ host: ToolHost
    ) -> [SessionEntry] {
        guard !scribe.held.isEmpty, let open = host.opener.current else { return [] }
        var entries: [SessionEntry] = []
        for held in scribe.held {
            do throws(JournalFault) {
                let found = try open.journal.read {
                    reading throws(JournalFault) -> (Approval, String?)? in
                    guard let call = CallID(held.call),
                        let approval = try reading.view(of: call)?.call.approval
                    else { return nil }
                    return (approval, try reading.text(approval.reason))
                }
                guard let (approval, reason) = found, approval.decidedAt ?? now <= now,
                    let entry = scribe.entry(for: held, approval, reason: reason)
                else { continue }
                entries.append(entry)
            } catch {
                entries.append(.unplayable("an approval could not be looked at: \(error.message)"))
            }
        }
        return entries
    }

    private func header(of host: ToolHost, _ catalog: Catalog) -> SessionHeader {
        SessionHeader(
            holdfast: HoldfastVersion.text, recordedAt: startedAt, profile: host.profile.name,
            allow: catalog.allowed(by: host.profile).map(\.name.text),
            person: host.caller.person, leaseMs: host.configuration.leaseMs,
            graceMs: host.configuration.graceMs,
            manifests: catalog.tools.map(\.manifest.content))
    }
}

extension SessionEvent {
    /// What it keeps in memory, near enough.
    fileprivate var byteCount: Int {
        switch self {
        case .client(.line(let bytes)), .server(let bytes): bytes.count
        case .client(.oversized), .closed: 0
        case .started(let attempt, _): JSONValue.object(attempt.arguments).heldBytes
        case .ended(_, .succeeded(let result), _): result.heldBytes
        case .ended(_, .failed(let failure), _): failure.message.utf8.count
        case .ended(_, .unknown(let reason), _): reason.utf8.count
        case .ended(_, .succeededTooLarge, _), .ended(_, .voided, _): 0
        case .tools(let change):
            change.after.tools.reduce(0) { $0 + $1.manifest.content.heldBytes }
        }
    }
}

extension JSONValue {
    fileprivate var heldBytes: Int {
        switch self {
        case .null, .bool: 1
        case .number(let number): number.lexeme.utf8.count
        case .string(let text): text.utf8.count
        case .array(let elements): elements.reduce(1) { $0 + $1.heldBytes }
        case .object(let object):
            object.members.reduce(1) { $0 + $1.name.utf8.count + $1.value.heldBytes }
        }
    }
}

/// Lines on their way to the file, within its limits.
private struct RecordingPage {
    let descriptor: Int32
    private var bytes: [UInt8] = []
    private var written = 0
    private var lines = 0

    init(descriptor: Int32) { self.descriptor = descriptor }

    mutating func add(_ line: JSONValue) {
        bytes += line.compactBytes() + [UInt8(ascii: "\n")]
        lines += 1
    }

    /// - Returns: why it could not be written; nil where it was.
    mutating func write() -> String? {
        written += bytes.count
        guard written <= HostLimits.sessionBytes, lines <= HostLimits.sessionLines else {
            return "it would be larger than what can be replayed"
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return String(cString: strerror(errno)) }
            rest = rest.dropFirst(count)
        }
        bytes = []
        return nil
    }
}
