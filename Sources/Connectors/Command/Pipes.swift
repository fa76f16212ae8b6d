// Descriptors of ours: closed once, never inherited. What flows through them is elsewhere.

import CLinux
import Glibc
import Synchronization

/// An open descriptor that closes itself.
final class Descriptor {
    private(set) var number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { closeNow() }

    var isOpen: Bool { number >= 0 }

    func closeNow() {
        if number >= 0 { close(number) }
        number = -1
    }

    func makeNonBlocking() {
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
    }
}

/// Two ends: ours, and the child's, which is lifted out of the range that `Spawn` fills.
struct Pipe {
    let ours: Descriptor
    let child: Descriptor

    private static let firstNumberOfChildEnds: Int32 = 16

    private init?(ours: Int32, child: Int32) {
        self.ours = Descriptor(ours)
        let low = Descriptor(child)
        let lifted = fcntl(low.number, F_DUPFD_CLOEXEC, Pipe.firstNumberOfChildEnds)
        guard lifted >= 0 else { return nil }
        self.child = Descriptor(lifted)
    }

    /// - Returns: nil where the system gives no more descriptors; `errno` says why.
    static func toChild() -> Pipe? {
        var ends: [Int32] = [0, 0]
        guard cprocess_pipe(&ends) == 0 else { return nil }
        return Pipe(ours: ends[1], child: ends[0])
    }

    static func fromChild() -> Pipe? {
        var ends: [Int32] = [0, 0]
        guard cprocess_pipe(&ends) == 0 else { return nil }
        return Pipe(ours: ends[0], child: ends[1])
    }

    static func bothWays() -> Pipe? {
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { return nil }
        return Pipe(ours: ends[0], child: ends[1])
    }
}

/// Wakes a thread that sleeps in `poll`, from any other thread, also after the sleeper has gone.
final class Waker: Sendable {
    private let event: Mutex<Int32>

    init?() {
        let number = cprocess_event()
        guard number >= 0 else { return nil }
        event = Mutex(number)
    }

    /// To be watched with `poll` by the owner, who alone retires the waker.
    var number: Int32 { event.withLock { $0 } }

    func wake() {
        event.withLock { number in
            var one: UInt64 = 1
            if number >= 0 { _ = write(number, &one, 8) }
        }
    }

    func retire() {
        event.withLock { number in
            if number >= 0 { close(number) }
            number = -1
        }
    }
}
