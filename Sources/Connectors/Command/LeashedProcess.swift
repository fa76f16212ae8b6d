// The host's side of a command: it starts the leash, feeds and drains the pipes, watches the clock,
// and says how it ended. What the end means to a tool is elsewhere.

import CLinux
import Glibc
import Host
import SQLite

/// How a command ended and what it wrote.
struct LeashedResult {
    struct NotStarted: Equatable {
        let message: String
        let isLikelyToPass: Bool
    }

    enum End: Equatable {
        case exited(Int32)
        case signalled(Int32)
        case timedOut
        case stopped
        /// The leash was killed, and with it the command.
        case lost
        case notStarted(NotStarted)
    }

    var end: End
    var output: [UInt8] = []
    /// What came after it and was not kept.
    var droppedByteCount = 0
    /// The last of it, where it was more than is kept.
    var errors: [UInt8] = []
    /// Whether everything of it that can be found is dead.
    var isCleared = true

    var isOutputOver: Bool { droppedByteCount > 0 }
}

struct LeashedProcess {
    let leashProgram: String
    let program: String
    let arguments: [String]
    let folder: String
    let environment: [(String, String)]
    let input: [UInt8]
    let lockFile: String

    /// Blocks until the command and everything it started have ended.
    func run(deadlineNs: Int64, stop: StopSignal) -> LeashedResult {
        guard let input = Pipe.toChild(), let output = Pipe.fromChild(),
            let errors = Pipe.fromChild(), let control = Pipe.bothWays(), let waker = Waker()
        else { return .init(end: .notStarted(LeashedProcess.reason(errno, "pipes"))) }
        let children = [input.child, output.child, errors.child, control.child]
        let words =
            ["holdfast", Leash.word, lockFile, folder, String(ConnectorLimits.graceMs), program]
            + arguments
        let spawn = Spawn(
            program: leashProgram, arguments: words,
            environment: environment.map { "\($0.0)=\($0.1)" },
            descriptors: children.map(\.number), place: .newSession)
        let leash = spawn.start()
        // Without this the pipes would never end: we would hold their other ends ourselves.
        for end in children { end.closeNow() }
        guard leash > 0 else {
            waker.retire()
            return .init(end: .notStarted(LeashedProcess.reason(-leash, "the leash")))
        }
        stop.onRaise { waker.wake() }
        var pump = CommandPump(
            leash: LeashSession(leader: leash, lockFile: lockFile), input: input.ours,
            output: output.ours, errors: errors.ours, control: control.ours, bytes: self.input)
        let result = SignalShield.withoutBrokenPipes {
            pump.run(waker: waker, deadlineNs: deadlineNs, stop: stop)
        }
        waker.retire()
        LeashedProcess.reap(leash)
        return result
    }

    static func reason(_ number: Int32, _ what: String) -> LeashedResult.NotStarted {
        let passing = [EAGAIN, ENOMEM, EMFILE, ENFILE, ETXTBSY, EINTR, ENOSPC, EDQUOT]
        return LeashedResult.NotStarted(
            message: "\(what): \(String(cString: strerror(number)))",
            isLikelyToPass: passing.contains(number))
    }

    private static func reap(_ child: pid_t) {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
    }
}

/// Writing to a command that has ended raises a signal that would end the host. It is kept off this
/// thread for the while, without touching what the rest of the process does with it.
enum SignalShield {
    static func withoutBrokenPipes<Value>(_ body: () -> Value) -> Value {
        var broken = sigset_t()
        sigemptyset(&broken)
        sigaddset(&broken, SIGPIPE)
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, &broken, &before)
        let value = body()
        var now = timespec(tv_sec: 0, tv_nsec: 0)
        while sigtimedwait(&broken, nil, &now) > 0 {}
        pthread_sigmask(SIG_SETMASK, &before, nil)
        return value
    }
}
