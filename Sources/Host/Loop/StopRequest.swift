// SIGTERM and SIGINT as something that can be waited for: the handler writes a byte, nothing else.

import CLinux
import Glibc
import Synchronization

/// A pipe that becomes readable for ever once the process has been asked to stop.
package enum StopRequest {
    private static let writeEnd = Atomic<Int32>(-1)
    private static let readEnd = Atomic<Int32>(-1)

    /// Listens from now on. To be called once, before anything is waited for.
    package static func listen() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "A process that starts has descriptors left.")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        readEnd.store(ends[0], ordering: .releasing)
        writeEnd.store(ends[1], ordering: .releasing)
        for signal in [SIGTERM, SIGINT] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in
                var byte: UInt8 = 1
                _ = write(StopRequest.writeEnd.load(ordering: .relaxed), &byte, 1)
            }
            sigaction(signal, &action, nil)
        }
        // A client that is gone is found out by the write that fails.
        signal(SIGPIPE, SIG_IGN)
        // A file-size limit is a full disk, which is answered; not a reason to die.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Asks this process itself, as the signal would.
    static func raise() {
        var byte: UInt8 = 1
        _ = write(writeEnd.load(ordering: .acquiring), &byte, 1)
    }

    /// The descriptor to poll; -1 where nobody listens.
    static var descriptor: Int32 { readEnd.load(ordering: .acquiring) }

    /// Waits at most `timeoutMs`; blocks its thread.
    package static func isRaised(within timeoutMs: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, timeoutMs) > 0
    }
}
