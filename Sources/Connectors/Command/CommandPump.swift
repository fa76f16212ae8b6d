// The loop over one command's pipes: what to write, what to keep, when to give up. It starts
// nothing and judges nothing.

import CLinux
import Glibc
import Host
import SQLite

struct CommandPump {
    private let leash: LeashSession
    private let input: Descriptor
    private let output: Descriptor
    private let errors: Descriptor
    private let control: Descriptor
    private var unwritten: ArraySlice<UInt8>
    private var result = LeashedResult(end: .lost)
    private var messages = LeashMessages()
    /// The command's own end, told by the leash.
    private var told: LeashedResult.End?
    /// Why we ended it ourselves.
    private var ending: LeashedResult.End?
    /// When to take the next step: give up, close the leash, kill it.
    private var nextStepNs: Int64 = 0
    private var isLeashClosed = false

    init(
        leash: LeashSession, input: Descriptor, output: Descriptor, errors: Descriptor,
        control: Descriptor, bytes: [UInt8]
    ) {
        self.leash = leash
        self.input = input
        self.output = output
        self.errors = errors
        self.control = control
        unwritten = bytes[...]
        for end in [input, output, errors, control] { end.makeNonBlocking() }
        if bytes.isEmpty { input.closeNow() }
    }

    mutating func run(waker: Waker, deadlineNs: Int64, stop: StopSignal) -> LeashedResult {
        nextStepNs = deadlineNs
        let wake = waker.number
        while control.isOpen {
            wait(wake)
            feed()
            keepOutput()
            keepErrors()
            listen()
            if told == nil, ending == nil, stop.isRaised { endCommand(as: .stopped) }
            if told != nil, !isLeashClosed, !output.isOpen, !errors.isOpen { closeLeash() }
            if Patience.nowNs() >= nextStepNs { takeNextStep() }
        }
        result.end = ending ?? told ?? .lost
        if !messages.isCleared { result.isCleared = leash.kill() }
        return result
    }

    private func wait(_ wake: Int32) {
        var watched = [pollfd(fd: control.number, events: Int16(POLLIN), revents: 0)]
        if output.isOpen {
            watched.append(pollfd(fd: output.number, events: Int16(POLLIN), revents: 0))
        }
        if errors.isOpen {
            watched.append(pollfd(fd: errors.number, events: Int16(POLLIN), revents: 0))
        }
        if input.isOpen {
            watched.append(pollfd(fd: input.number, events: Int16(POLLOUT), revents: 0))
        }
        // Once raised, the waker stays readable: it is only watched until it was heard.
        if told == nil, ending == nil {
            watched.append(pollfd(fd: wake, events: Int16(POLLIN), revents: 0))
        }
        let leftMs = max(0, nextStepNs - Patience.nowNs()) / 1_000_000 + 1
        poll(&watched, nfds_t(watched.count), Int32(min(leftMs, 60_000)))
    }

    private mutating func takeNextStep() {
        if isLeashClosed {
            // It does not clear up: whatever it held dies with it or is beyond our reach.
            leash.kill()
            control.closeNow()
        } else if told != nil || ending != nil {
            closeLeash()
        } else {
            endCommand(as: .timedOut)
        }
    }

    private mutating func endCommand(as end: LeashedResult.End) {
        ending = end
        input.closeNow()
        var word = Leash.terminate
        send(control.number, &word, 1, Int32(MSG_NOSIGNAL))
        // The leash counts the grace itself; this is for one that does not.
        nextStepNs = after(ConnectorLimits.graceMs + ConnectorLimits.lingerMs)
    }

    /// The leash takes the end of our side for the end of the host: it kills what is left and goes.
    private mutating func closeLeash() {
        isLeashClosed = true
        input.closeNow()
        shutdown(control.number, Int32(SHUT_WR))
        nextStepNs = after(ConnectorLimits.clearUpMs)
    }

    private func after(_ ms: Int64) -> Int64 { Patience(forMs: ms).deadlineNs }

    private mutating func listen() {
        let (bytes, isEnd) = CommandPump.read(control, atMost: 4096)
        messages.take(bytes)
        if told == nil, let end = messages.end {
            told = end
            input.closeNow()
            if ending == nil { nextStepNs = after(ConnectorLimits.lingerMs) }
        }
        if isEnd { control.closeNow() }
    }

    private mutating func feed() {
        guard input.isOpen else { return }
        while !unwritten.isEmpty {
            let count = unwritten.withUnsafeBytes { write(input.number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            // A command may end its reading early; that is its own affair.
            guard count > 0 else { break }
            unwritten = unwritten.dropFirst(count)
        }
        input.closeNow()
    }

    private mutating func keepOutput() {
        while output.isOpen {
            let (bytes, isEnd) = CommandPump.read(output, atMost: 65_536)
            let room = ConnectorLimits.outputBytesMax - result.output.count
            result.droppedByteCount += max(0, bytes.count - room)
            result.output += bytes.prefix(room)
            if isEnd { output.closeNow() }
            if bytes.isEmpty { return }
        }
    }

    private mutating func keepErrors() {
        while errors.isOpen {
            let (bytes, isEnd) = CommandPump.read(errors, atMost: 65_536)
            result.errors += bytes
            if result.errors.count > 2 * ConnectorLimits.errorBytesMax || isEnd {
                result.errors = Array(result.errors.suffix(ConnectorLimits.errorBytesMax))
            }
            if isEnd { errors.closeNow() }
            if bytes.isEmpty { return }
        }
    }

    /// What there is to read now; `isEnd` once nothing more can come.
    private static func read(
        _ end: Descriptor, atMost count: Int
    ) -> (bytes: [UInt8], isEnd: Bool) {
        guard end.isOpen else { return ([], true) }
        var bytes = [UInt8](repeating: 0, count: count)
        while true {
            let got = Glibc.read(end.number, &bytes, count)
            if got > 0 { return (Array(bytes.prefix(got)), false) }
            if got == 0 { return ([], true) }
            if errno == EINTR { continue }
            return ([], errno != EAGAIN)
        }
    }
}
