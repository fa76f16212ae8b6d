// The last resort where a leash was killed: everything of its session is found and killed. The
// ordinary way, by the leash itself, is in LeashLoop.

import Glibc
import Host
import SQLite

struct LeashSession {
    /// A child that was not reaped yet, so that its number is nobody else's.
    let leader: pid_t
    /// What the leash had locked, and everything it started inherits locked.
    let lockFile: String

    /// Kills the leash and every process of the session it led, and whatever left the session and
    /// still holds the lock. (A program that left and closed all it was given has no tie to us.)
    /// - Returns: whether none of them is alive any more.
    @discardableResult
    func kill() -> Bool {
        Glibc.kill(leader, SIGKILL)
        // What is killed in one round may have started another process before.
        let patience = Patience(forMs: ConnectorLimits.clearUpMs)
        while true {
            let found = members()
            guard !found.isEmpty else { break }
            for process in found { Glibc.kill(process, SIGKILL) }
            guard patience.pause(beforeAttempt: 4) else { return false }
        }
        if !LeashLocks.isHeld(lockFile) { unlink(lockFile) }
        return true
    }

    private func members() -> [pid_t] {
        let lock = HeldLock(path: lockFile)
        return LeashSession.names(in: "/proc").compactMap { pid_t($0) }.filter { process in
            process != leader && process != getpid()
                && LeashSession.isAlive(process, in: leader, or: lock)
        }
    }

    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                        String(cString: $0)
                    }
                })
        }
        return names
    }

    static func text(of path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = max(0, read(descriptor, &bytes, bytes.count))
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// Reads `NUMBER (NAME) STATE PARENT GROUP SESSION …`; a name may hold anything, brackets
    /// too.
    private static func isAlive(_ process: pid_t, in session: pid_t, or lock: HeldLock?) -> Bool {
        guard let rest = text(of: "/proc/\(process)/stat").split(separator: ")").last else {
            return false
        }
        let words = rest.split(separator: " ")
        guard words.count > 3, words[0] != "Z" else { return false }
        return pid_t(words[3]) == session || lock?.isHeld(by: process) == true
    }
}

/// A file lock, to be found again among what a process has open.
private struct HeldLock {
    private let device: dev_t
    private let inode: ino_t

    init?(path: String) {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        device = found.st_dev
        inode = found.st_ino
    }

    /// Whether one of its descriptors is the very opening that the lock was taken by: whoever only
    /// reads the file has one of its own.
    func isHeld(by process: pid_t) -> Bool {
        LeashSession.names(in: "/proc/\(process)/fd").contains { number in
            var found = stat()
            return stat("/proc/\(process)/fd/\(number)", &found) == 0
                && found.st_dev == device && found.st_ino == inode
                && LeashSession.text(of: "/proc/\(process)/fdinfo/\(number)").contains("FLOCK")
        }
    }
}
