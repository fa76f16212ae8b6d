// What a leash does while its command lives: wait for its end, for a word from the host, for the
// host's death; then leave nothing alive. Starting the command is elsewhere.

import CLinux
import Glibc
import SQLite

/// A descriptor that is readable when a child has ended.
struct ChildSignal {
    let descriptor: Int32

    init?() {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGCHLD)
        sigprocmask(SIG_BLOCK, &set, nil)
        descriptor = cprocess_signals(&set)
        guard descriptor >= 0 else { return nil }
    }

    func drain() {
        var bytes = [UInt8](repeating: 0, count: 128)
        while read(descriptor, &bytes, bytes.count) > 0 {}
    }
}

struct LeashLoop {
    let command: pid_t
    let childEnds: ChildSignal
    let graceMs: Int64
    private static let clearUpMs: Int64 = 2000

    /// - Returns: whether nothing of the command is alive any more.
    func run() -> Bool {
        var isTold = false
        var killAtNs: Int64?
        while true {
            let heard = wait(untilNs: killAtNs)
            if !isTold, let end = ended() {
                Leash.tell(end)
                isTold = true
            }
            switch heard {
            case .hostGone: return killAll()
            case .terminate:
                kill(-command, SIGTERM)
                killAtNs = Patience(forMs: graceMs).deadlineNs
            case .nothing: break
            }
            if let killAtNs, isTold || Patience.nowNs() >= killAtNs { return killAll() }
        }
    }

    private enum Heard { case nothing, terminate, hostGone }

    private func wait(untilNs: Int64?) -> Heard {
        var watched = [
            pollfd(fd: Leash.hostDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: childEnds.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let leftMs = untilNs.map { max(0, $0 - Patience.nowNs()) / 1_000_000 + 1 } ?? -1
        poll(&watched, 2, Int32(leftMs))
        childEnds.drain()
        guard watched[0].revents != 0 else { return .nothing }
        var word: UInt8 = 0
        let count = recv(Leash.hostDescriptor, &word, 1, Int32(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
        return count == 1 && word == Leash.terminate ? .terminate : .hostGone
    }

    /// How the command ended, where it has. It stays a zombie, so that nobody else can get its
    /// number, which is also the number of its group. Strays that ended are reaped.
    private func ended() -> LeashMessage? {
        while true {
            var info = siginfo_t()
            let options = Int32(WEXITED) | Int32(WNOHANG) | Int32(WNOWAIT)
            guard waitid(P_ALL, 0, &info, options) == 0 else { return nil }
            let child = info._sifields._sigchld.si_pid
            if child == 0 { return nil }
            if child == command {
                let status = info._sifields._sigchld.si_status
                return info.si_code == CLD_EXITED ? .exited(status) : .signalled(status)
            }
            var status: Int32 = 0
            waitpid(child, &status, 0)
        }
    }

    /// The group at once; then, one after the other, what left the group and came to us as its
    /// parents died.
    private func killAll() -> Bool {
        kill(-command, SIGKILL)
        let patience = Patience(forMs: LeashLoop.clearUpMs)
        while true {
            var status: Int32 = 0
            var reaped = waitpid(-1, &status, Int32(WNOHANG))
            while reaped > 0 { reaped = waitpid(-1, &status, Int32(WNOHANG)) }
            if reaped < 0, errno == ECHILD { return true }
            for child in LeashLoop.children() { kill(child, SIGKILL) }
            guard patience.pause(beforeAttempt: 4) else { return false }
        }
    }

    /// This process has one thread, so all its children are listed there.
    private static func children() -> [pid_t] {
        let descriptor = open("/proc/self/task/\(getpid())/children", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = max(0, read(descriptor, &bytes, bytes.count))
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        return text.split(separator: " ").compactMap { pid_t($0) }
    }
}
