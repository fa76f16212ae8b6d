// The wire: the process's real standard output, kept away from everything else in the process and
// from every child, and the session whose lines go out on it.

import CSystem
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
    private let recorder: @Sendable (SessionNote) -> Void

    init(
        _ identity: ServerIdentity, output: Int32,
        note: @escaping @Sendable (SessionNote) -> Void
    ) {
        state = Mutex(State(session: ServerSession(identity: identity)))
        self.output = output
        recorder = note
    }

    /// Lets the session act, writes what it sends, and answers what is left for the host to do.
    func perform(_ act: (inout ServerSession) -> [SessionEffect]) -> [SessionEffect] {
        let (rest, notes) = state.withLock { state in
            var rest: [SessionEffect] = []
            var notes: [SessionNote] = []
            for effect in act(&state.session) {
                switch effect {
                case .send(let line):
                    if !state.isClosed { state.isClosed = !writeWhole(line) }
                case .note(let note): notes.append(note)
                case .listTools, .callTool, .cancel: rest.append(effect)
                }
            }
            return (rest, notes)
        }
        for note in notes { recorder(note) }
        return rest
    }

    /// - Returns: false once the other end is gone.
    private func writeWhole(_ line: [UInt8]) -> Bool {
        var sent = 0
        while sent < line.count {
            let count = line.withUnsafeBytes { bytes -> Int in
                guard let start = bytes.baseAddress else { return 0 }
                return write(output, start + sent, line.count - sent)
            }
            if count > 0 {
                sent += count
            } else if count < 0, errno == EAGAIN {
                waitUntilWritable()
            } else if count < 0, errno != EINTR {
                return false
            }
        }
        return true
    }

    // Whoever gave us the descriptor may have set it not to block.
    private func waitUntilWritable() {
        var entry = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
        poll(&entry, 1, -1)
    }
}
