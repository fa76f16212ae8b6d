// Secrets, read at the moment they are needed and kept nowhere. They appear in no command line and
// in no message.

import CLinux
import Engine
import Glibc
import Host

struct SecretReader {
    /// Runs a command and gives what it wrote; the caller knows how to start one.
    let runCommand: ([String]) throws(AttemptFailure) -> [UInt8]

    func read(_ name: String, _ source: SecretSource) throws(AttemptFailure) -> String {
        let bytes: [UInt8]
        switch source {
        case .environment(let variable):
            guard let text = getenv(variable) else {
                throw SecretReader.failure(name, "set the variable \(variable) for the host")
            }
            bytes = Array(String(cString: text).utf8)
        case .file(let path): bytes = try SecretReader.file(name, path)
        case .command(let words): bytes = try runCommand(words)
        }
        // Editors and commands end their last line.
        let text = bytes.last == 0x0a ? bytes.dropLast() : bytes[...]
        guard !text.isEmpty else { throw SecretReader.failure(name, "it is empty") }
        guard text.count <= ConnectorLimits.secretBytesMax else {
            throw SecretReader.failure(
                name, "it is longer than \(ConnectorLimits.secretBytesMax) bytes")
        }
        guard let secret = String(validating: text, as: UTF8.self), !text.contains(0) else {
            throw SecretReader.failure(name, "it is not text")
        }
        return secret
    }

    private static func failure(_ name: String, _ reason: String) -> AttemptFailure {
        AttemptFailure(
            .fatal, "The secret `\(name)` cannot be used: \(reason). Nothing was started.")
    }

    private static func file(_ name: String, _ path: String) throws(AttemptFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw failure(name, "its file cannot be read (\(String(cString: strerror(errno))))")
        }
        defer { close(descriptor) }
        // Asked of what was opened, so that nobody can swap the file in between.
        var found = stat()
        guard fstat(descriptor, &found) == 0, found.st_mode & S_IFMT == S_IFREG else {
            throw failure(name, "its path leads to no file")
        }
        guard found.st_mode & 0o077 == 0, found.st_uid == geteuid() || found.st_uid == 0 else {
            throw failure(
                name, "others may read its file; give it to this account alone and chmod 600 it")
        }
        var bytes = [UInt8](repeating: 0, count: ConnectorLimits.secretBytesMax + 2)
        var count = 0
        while count < bytes.count {
            let read = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(
                    descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw failure(name, "its file cannot be read") }
            if read == 0 { break }
            count += read
        }
        return Array(bytes.prefix(count))
    }
}
