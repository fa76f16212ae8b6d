// Which file a path or a descriptor leads to, so that a file that was removed or replaced while it
// was open is noticed. Nothing is opened here, and nothing is decided.

import CLinux
import Glibc

/// A file's device and number. As long as somebody has the file open, no other file gets them.
struct FileIdentity: Equatable, Sendable {
    private let device: UInt
    private let number: UInt

    private init(_ found: stat) {
        device = UInt(found.st_dev)
        number = UInt(found.st_ino)
    }

    init(descriptor: Int32, path: String) throws(DatabaseFault) {
        var found = stat()
        guard fstat(descriptor, &found) == 0 else {
            throw DatabaseFault(errno: errno, doing: "looking at the open file", path: path)
        }
        self.init(found)
    }

    /// - Returns: nil where nothing lies at `path`.
    static func find(at path: String) throws(DatabaseFault) -> FileIdentity? {
        var found = stat()
        if stat(path, &found) == 0 { return FileIdentity(found) }
        guard errno == ENOENT || errno == ENOTDIR else {
            throw DatabaseFault(errno: errno, doing: "looking for the file", path: path)
        }
        return nil
    }
}
