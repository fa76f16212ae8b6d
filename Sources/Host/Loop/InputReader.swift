// Standard input as lines, until it ends or the process is asked to stop. Blocks its thread.

import Glibc
import MCP

struct InputReader {
    enum Input {
        case lines([FramedLine])
        /// The client has closed its end; what it sent without a last newline comes along.
        case end(FramedLine?)
        case stopRequested
    }

    private let descriptor: Int32
    private let output: Int32
    private var framer = LineFramer()
    private var chunk = [UInt8](repeating: 0, count: HostLimits.readChunkBytes)

    /// - Parameter output: where answers go; once nobody can read them, input has ended.
    init(_ descriptor: Int32, output: Int32 = -1) {
        self.descriptor = descriptor
        self.output = output
    }

    mutating func next() -> Input {
        while true {
            var entries = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: StopRequest.descriptor, events: Int16(POLLIN), revents: 0),
                // Asked for nothing, a pipe still tells that its reader has gone.
                pollfd(fd: output, events: 0, revents: 0),
            ]
            guard poll(&entries, 3, -1) > 0 else { continue }
            if entries[1].revents != 0 { return .stopRequested }
            if entries[2].revents & Int16(POLLERR) != 0 { return .end(nil) }
            let count = read(descriptor, &chunk, chunk.count)
            if count > 0 { return .lines(framer.receive(chunk[..<count])) }
            if count == 0 { return .end(framer.finish()) }
            // Nothing there yet, or interrupted: look again. Anything else ends the input.
            if errno != EAGAIN && errno != EINTR { return .end(framer.finish()) }
        }
    }
}
