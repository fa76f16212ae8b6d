// Where a database may lie, and making its directory and file with the right permissions.

import CLinux
import Glibc

/// A file system's type by its magic number, as statfs(2) lists them.
package struct FileSystemType: Hashable, Sendable {
    package let magic: UInt
    package init(magic: UInt) { self.magic = magic }

    /// The type of the file system that `path` lies on.
    package init(of path: String) throws(DatabaseFault) {
        var magic: UInt = 0
        let code = csystem_file_system(path, &magic)
        guard code == 0 else {
            throw DatabaseFault(errno: -code, doing: "asking for the file system", path: path)
        }
        self.magic = magic
    }

    /// The name of a file system whose locks, flushes and shared memory do not reach from one
    /// machine to another as a database needs it; nil for all others.
    package var networkName: String? { FileSystemType.networks[magic] }

    package static let networks: [UInt: String] = [
        0x6969: "NFS", 0x517b: "SMB", 0xff53_4d42: "CIFS", 0xfe53_4d42: "SMB2",
        0x5346_414f: "AFS", 0x6b41_4653: "AFS", 0x00c3_6400: "Ceph", 0x0bd0_0bd0: "Lustre",
        0x0102_1997: "9P", 0x7375_7245: "Coda", 0x564c: "NCP", 0x7461_636f: "OCFS2",
        0x0116_1970: "GFS2", 0x4750_4653: "GPFS",
    ]

    func refuseNetwork(path: String) throws(DatabaseFault) {
        guard let networkName else { return }
        throw DatabaseFault(
            .networkFileSystem,
            "\(path) lies on a network file system (\(networkName)), where neither locks nor "
                + "flushes can be relied on. Choose a place on a local disk.")
    }
}

enum Place {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Why this account may not write the file or its directory; 0 where it may. SQLite's error
    /// for a database that it could not open does not say.
    static func writeRefusal(_ path: String) -> Int32 {
        for place in [directory(of: path), path] where access(place, W_OK) != 0 { return errno }
        return 0
    }

    /// The part of a path before its last slash.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes a directory and those above it; the ones that are there keep their permissions.
    static func makeDirectory(_ path: String, _ access: FileAccess) throws(DatabaseFault) {
        guard !exists(path) else { return }
        try makeDirectory(directory(of: path), access)
        // Another process may have made it in between.
        let code = access.makeFolder(path)
        guard code == 0 else {
            throw DatabaseFault(errno: code, doing: "making the directory", path: path)
        }
    }

    /// Makes an empty file, so that SQLite finds it with the permissions that its side files are
    /// to have too.
    /// - Returns: which file it is, made or found.
    static func makeFile(
        _ path: String, _ access: FileAccess
    ) throws(DatabaseFault) -> FileIdentity {
        let descriptor = csystem_open(path, O_RDWR | O_CREAT, access.fileMode)
        guard descriptor >= 0 else {
            throw DatabaseFault(errno: -descriptor, doing: "making the file", path: path)
        }
        defer { close(descriptor) }
        try access.require(path)
        return try FileIdentity(descriptor: descriptor, path: path)
    }
}

extension FileAccess {
    /// To be called for a file that is there or may be.
    func require(_ path: String) throws(DatabaseFault) {
        let code = settle(path)
        guard code != 0 else { return }
        throw DatabaseFault(
            .readOnly,
            "\(path) cannot be given to the group that is to share it: this account has to be a "
                + "member of that group. Add it (usermod -aG GROUP ACCOUNT), log in anew, and try "
                + "again.",
            cause: systemText(code))
    }
}
