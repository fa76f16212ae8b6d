// Making a file that is not there yet, whole or not at all. What is in it is others' business.

import CLinux
import Engine
import Glibc
import Proofs

enum NewFile {
    /// Why a file could not be made.
    struct Trouble: Error, Hashable {
        /// Goes after the file's name.
        let message: String
        let code: Int32

        var words: String { "\(message): \(String(cString: strerror(code)))" }
    }

    /// Written and flushed under another name and linked into place: nobody ever sees half of it,
    /// and, unlike a renaming, it never replaces what somebody else has put there.
    /// - Returns: false where something has that name already.
    static func make(_ path: String, _ bytes: [UInt8], mode: UInt32) throws(Trouble) -> Bool {
        var entropy = Chance.entropy()
        let draft = path + "." + Hex.encode(entropy.bytes(8))
        let file = csystem_open(draft, O_WRONLY | O_CREAT | O_EXCL, mode)
        guard file >= 0 else { throw Trouble(message: "cannot be made", code: -file) }
        defer { unlink(draft) }
        let isWritten = write(bytes, to: file) && fsync(file) == 0
        let code = errno
        close(file)
        guard isWritten else { throw Trouble(message: "cannot be written", code: code) }
        if link(draft, path) != 0 {
            guard errno == EEXIST else { throw Trouble(message: "cannot be made", code: errno) }
            return false
        }
        try flushFolder(of: path)
        return true
    }

    private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    // The name must outlast a loss of power too.
    private static func flushFolder(of path: String) throws(Trouble) {
        let folder = csystem_open(Paths.folder(of: path), O_RDONLY | O_DIRECTORY, 0)
        guard folder >= 0 else {
            throw Trouble(message: "lies in a folder that cannot be opened", code: -folder)
        }
        defer { close(folder) }
        guard fsync(folder) == 0 else {
            throw Trouble(message: "lies in a folder that cannot be flushed", code: errno)
        }
    }
}
