// The wire: the process's real standard output, kept away from everything else in the process and
// from every child, and the session whose lines go out on it.

import CLinux
import Glibc
import MCP
import Synchronization

/// Takes standard input and output for the protocol alone. From then on descriptor 0 reads
/// nothing and descriptor 1 is standard error, for libraries and children alike.
struct StandardStreams {
    let input: Int32
    let output: Int32

    static func claim() throws(WireFault) -> StandardStreams {
        // A descriptor above 2 that no child inherits.
        let input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
        let output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        guard input >= 0, output >= 0 else {
            throw WireFault(message: "Standard input and output must be open to speak MCP on.")
        }
        let null = csystem_open("/dev/null", O_RDONLY, 0)
        guard null >= 0, dup2(null, STDIN_FILENO) >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0
        else { throw WireFault(message: "Standard input and output cannot be set apart.") }
        close(null)
        return StandardStreams(input: input, output: output)
    }
}

package struct WireFault: Error, Sendable {
    package let message: String
}

/// The session and its output under one lock: a line goes out whole, and in the order in which
/// the session made it.
final class Wire: Sendable {
    private struct State {
        var session: ServerSession
        /// Once the client has closed its end, nothing more is written.
        var isClosed = false
    }
    private let state: Mutex<State>
    private let output: Int32
    private let graceMs: Int32
    private let recorder: SessionRecorder?
    private let noted: @Sendable (SessionNote) -> Void

    /// - Parameter graceMs: how long, after a request to stop, a client may go without reading.
    init(
        _ session: ServerSession, output: Int32, graceMs: Int64,
        recorder: SessionRecorder? = nil, note: @escaping @Sendable (SessionNote) -> Void
    ) {
        state = Mutex(State(session: session))
        self.output = output
        self.graceMs = Int32(clamping: graceMs)
        self.recorder = recorder
        noted = note
    }

    /// Lets the session act, writes what it sends, and answers what is left for the host to do.
    func perform(_ act: (inout ServerSession) -> [SessionEffect]) -> [SessionEffect] {
        let (rest, notes) = state.withLock { state in
            var rest: [SessionEffect] = []
            var notes: [SessionNote] = []
            for effect in act(&state.session) {
                switch effect {
                case .send(let line):
                    // Before it is out: the client may answer at once.
                    recorder?.note(.server(line))
                    if !state.isClosed { state.isClosed = !writeWhole(line) }
                case .note(let note): notes.append(note)
                case .listTools, .callTool, .content, .task, .answered, .cancel:
                    rest.append(effect)
                }
            }
            return (rest, notes)
        }
        for note in notes { noted(note) }
        return rest
    }

    /// Puts a form to the user of the client that made a call.
    /// - Returns: whether it was sent.
    func ask(_ call: RequestHandle, _ form: QuestionForm) -> Bool {
        var isAsked = false
        let rest = perform { session in
            let effects = session.ask(call, form)
            isAsked = !effects.isEmpty
            return effects
        }
        precondition(rest.isEmpty, "A question asks nothing of the host.")
        return isAsked
    }

    /// What clients want to hear of.
    var watched: WatchedResources { state.withLock(\.session.watched) }

    /// Says to those who want to hear it that something has changed.
    func tell(_ changes: [ServedChange]) {
        for change in changes {
            let rest = perform { $0.changed(change) }
            precondition(rest.isEmpty, "A change asks nothing of the host.")
        }
    }

    /// Whether the client can no longer be reached.
    var isClosed: Bool { state.withLock(\.isClosed) }

    /// - Returns: false once the other end is gone, or has not read for the grace that a request to
    ///   stop leaves it.
    private func writeWhole(_ line: [UInt8]) -> Bool {
        var sent = 0
        while sent < line.count {
            guard waitUntilWritable() else { return false }
            // A pipe that can be written at all takes this much without blocking.
            let length = min(line.count - sent, HostLimits.pipeBytes)
            let count = line.withUnsafeBytes { bytes -> Int in
                guard let start = bytes.baseAddress else { return 0 }
                return write(output, start + sent, length)
            }
            if count > 0 {
                sent += count
            } else if count < 0, errno != EINTR, errno != EAGAIN {
                return false
            }
        }
        return true
    }

    // A client that does not read holds up its host, but not for longer than the host may live.
    private func waitUntilWritable() -> Bool {
        while true {
            var entries = [
                pollfd(fd: output, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: StopRequest.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let found = poll(&entries, 2, -1)
            if found < 0 { continue }
            if entries[0].revents != 0 { return true }
            if entries[1].revents != 0 { return poll(&entries, 1, graceMs) > 0 }
        }
    }
}
