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
    private var framer = LineFramer()
    private var chunk = [UInt8](repeating: 0, count: HostLimits.readChunkBytes)

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    mutating func next() -> Input {
        while true {
            var entries = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: StopRequest.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&entries, 2, -1) > 0 else { continue }
            if entries[1].revents != 0 { return .stopRequested }
            let count = read(descriptor, &chunk, chunk.count)
            if count > 0 { return .lines(framer.receive(chunk[..<count])) }
            if count == 0 { return .end(framer.finish()) }
            // Nothing there yet, or interrupted: look again. Anything else ends the input.
            if errno != EAGAIN && errno != EINTR { return .end(framer.finish()) }
        }
    }
}
