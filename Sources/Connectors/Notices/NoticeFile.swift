// The kind `notice_file`: a notice as one line at the end of a file. The kind is the host's own; no
// manifest of a file may have it.

import CLinux
import Engine
import Glibc
package import Host
package import JSON
import SQLite

package struct NoticeFileKind: ConnectorKind {
    package let name = "notice_file"

    package init() {}

    package func connector(
        for spec: JSONObject, of tool: ConnectorContext
    ) throws(SpecProblem) -> any Connector {
        let reader = try SpecReader(spec, of: tool, keys: ["kind", "path"])
        return NoticeFile(path: try reader.requiredText("path"))
    }
}

/// Hosts that append to one file take turns by its lock. A line bears the call's id, by which an
/// attempt finds what an earlier one has written.
struct NoticeFile: Connector {
    let path: String

    func execute(_ attempt: Attempt, stop: StopSignal) async -> AttemptOutcome {
        attempt.mustBeForTheEffect(of: "notice_file")
        var line = attempt.arguments
        line["notice_id"] = .string(attempt.call.text)
        let bytes = JSONValue.object(line).compactBytes() + [0x0a]
        do throws(AttemptFailure) {
            let patience = Patience(forMs: attempt.timeoutMs, isStopped: { stop.isRaised })
            try append(bytes, unlessThere: Array(attempt.call.text.utf8), patience)
            return .succeeded([:])
        } catch {
            return .failed(error.failure)
        }
    }

    private func append(
        _ line: [UInt8], unlessThere id: [UInt8], _ patience: Patience
    ) throws(AttemptFailure) {
        // Where a pipe lies there, opening it must not wait for its reader.
        let file = csystem_open(path, O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK, 0o600)
        guard file >= 0 else { throw NoticeFile.failure(path, -file) }
        defer { close(file) }
        var found = stat()
        guard fstat(file, &found) == 0 else { throw NoticeFile.failure(path, errno) }
        guard found.st_mode & S_IFMT == S_IFREG else {
            throw AttemptFailure(.fatal, "\(path) is no file. Nothing was written.")
        }
        try lock(file, patience)
        guard fstat(file, &found) == 0 else { throw NoticeFile.failure(path, errno) }
        let size = Int(found.st_size)
        let tail = try tail(of: file, size)
        guard !tail.contains(id) else { return }
        // Whoever was killed while writing has left half a line.
        let isBroken = tail.last.map { $0 != 0x0a } ?? false
        let bytes = isBroken ? [0x0a] + line : line
        let written = write(file, bytes, bytes.count)
        let code = written == bytes.count && fsync(file) == 0 ? 0 : errno
        guard code == 0 else {
            // Half of it would be read as another notice.
            _ = ftruncate(file, off_t(size))
            throw NoticeFile.failure(path, code)
        }
    }

    private func lock(_ file: Int32, _ patience: Patience) throws(AttemptFailure) {
        var looks = 0
        while true {
            let code = csystem_flock_try(file)
            if code == 0 { return }
            guard code == -EWOULDBLOCK else { throw NoticeFile.failure(path, -code) }
            guard patience.pause(beforeAttempt: looks) else {
                throw AttemptFailure(
                    .transient, "\(path) is locked by another program. Nothing was written.")
            }
            looks += 1
        }
    }

    private func tail(of file: Int32, _ size: Int) throws(AttemptFailure) -> [UInt8] {
        let start = max(0, size - ConnectorLimits.noticeTailBytes)
        var bytes = [UInt8](repeating: 0, count: size - start)
        var count = 0
        while count < bytes.count {
            let read = bytes.withUnsafeMutableBytes { buffer in
                pread(
                    file, buffer.baseAddress?.advanced(by: count), buffer.count - count,
                    off_t(start + count))
            }
            guard read > 0 else { throw NoticeFile.failure(path, read == 0 ? EIO : errno) }
            count += read
        }
        return bytes
    }

    private static func failure(_ path: String, _ code: Int32) -> AttemptFailure {
        let kind: FailureClass =
            switch code {
            case EACCES, EPERM, EROFS: .permission
            case ENOSPC, EDQUOT, EMFILE, ENFILE, EINTR, EIO: .transient
            case _: .fatal
            }
        return AttemptFailure(
            kind, "\(path) cannot be written (\(String(cString: strerror(code)))).")
    }
}

extension [UInt8] {
    fileprivate func contains(_ other: [UInt8]) -> Bool {
        guard let first = other.first, count >= other.count else { return false }
        var start = startIndex
        while let found = self[start...].firstIndex(of: first), count - found >= other.count {
            if self[found..<found + other.count].elementsEqual(other) { return true }
            start = found + 1
        }
        return false
    }
}
