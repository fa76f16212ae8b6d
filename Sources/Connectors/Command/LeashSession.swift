// The last resort where a leash was killed: everything of its session is found and killed. The
// ordinary way, by the leash itself, is in LeashLoop.

import CSystem
import Glibc

enum LeashSession {
    private static let roundsMax = 20

    /// Kills the leash `leader`, which must be a child that was not reaped yet (so that its number
    /// is nobody else's), and every process of the session it led. What left the session is beyond
    /// reach: it has no tie to us any more.
    static func kill(of leader: pid_t) {
        Glibc.kill(leader, SIGKILL)
        // What is killed in one round may have started another process before.
        for _ in 0..<roundsMax {
            let found = members(of: leader)
            guard !found.isEmpty else { return }
            for process in found { Glibc.kill(process, SIGKILL) }
            usleep(1000)
        }
    }

    private static func members(of session: pid_t) -> [pid_t] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var found: [pid_t] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let process = pid_t(name), process != session else { continue }
            if isAlive(process, in: session) { found.append(process) }
        }
        return found
    }

    /// Reads `NUMBER (NAME) STATE PARENT GROUP SESSION …`; a name may hold anything, brackets too.
    private static func isAlive(_ process: pid_t, in session: pid_t) -> Bool {
        let descriptor = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = max(0, read(descriptor, &bytes, bytes.count))
        let nameEnd = bytes[..<count].lastIndex(of: UInt8(ascii: ")"))
        guard let nameEnd else { return false }
        let rest = bytes[(nameEnd + 1)..<count]
        let words = String(decoding: rest, as: UTF8.self).split(separator: " ")
        return words.count > 3 && words[0] != "Z" && pid_t(words[3]) == session
    }
}
