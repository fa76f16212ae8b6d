// Who may use a database and the files beside it: one account, or a group of accounts. What the
// files are for is not known here.

import CLinux
import Glibc

/// The permissions that files and folders are made with. A file keeps those it has where another
/// account owns it: only its owner may change them.
package enum FileAccess: Hashable, Sendable {
    case owner
    /// Members of the group may read and write; what is made in the folder is the group's too.
    case group(UInt32)

    package var fileMode: UInt32 {
        switch self {
        case .owner: 0o600
        case .group: 0o660
        }
    }

    package var folderMode: UInt32 {
        switch self {
        case .owner: 0o700
        case .group: 0o2770
        }
    }

    /// The group of that name on this machine; nil where there is none.
    package static func group(named name: String) -> FileAccess? {
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        var buffer = [CChar](repeating: 0, count: 65_536)
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            return nil
        }
        return .group(entry.gr_gid)
    }

    /// As a folder that is there is shared, so are the files that are made in it.
    package init(of folder: String) {
        var found = stat()
        let isShared = stat(folder, &found) == 0
            && found.st_mode & FileAccess.sharing == FileAccess.sharing
        self = isShared ? .group(found.st_gid) : .owner
    }

    private static let sharing: mode_t = 0o2070

    /// Whether a file or a folder is as this wants it, or is not there. An owner's own may be
    /// stricter.
    package func fits(_ path: String) -> Bool {
        var found = stat()
        return stat(path, &found) != 0 || fits(mode: found.st_mode, group: found.st_gid)
    }

    private func fits(mode: UInt32, group: UInt32) -> Bool {
        let isFolder = mode & S_IFMT == S_IFDIR
        switch self {
        case .owner: return mode & 0o077 == 0
        // That only owners may take files out of the folder does no harm.
        case .group(let wanted):
            return group == wanted
                && mode & 0o7777 & ~0o1000 == (isFolder ? folderMode : fileMode)
        }
    }

    /// Makes the folder where it is not there, whatever the process's umask.
    /// - Returns: 0, or the system's error number.
    package func makeFolder(_ path: String) -> Int32 {
        guard mkdir(path, folderMode) == 0 || errno == EEXIST else { return errno }
        return settle(path)
    }

    /// Gives what lies at `path` these permissions, whatever the umask was when it was made: where
    /// it is this account's own file or folder, and no link to one. Whoever shares the folder must
    /// not be able to have another file opened to the group.
    /// - Returns: 0, or the system's error number.
    package func settle(_ path: String) -> Int32 {
        guard case .group(let group) = self else { return 0 }
        // Not opened for reading: closing that would take SQLite's locks on the file away.
        let descriptor = csystem_open(path, Int32(CSYSTEM_PATH_ONLY) | O_NOFOLLOW, 0)
        guard descriptor >= 0 else { return descriptor == -ENOENT ? 0 : -descriptor }
        defer { close(descriptor) }
        var found = stat()
        guard fstat(descriptor, &found) == 0 else { return errno }
        let kind = found.st_mode & S_IFMT
        guard kind == S_IFREG || kind == S_IFDIR, found.st_uid == geteuid(),
            !fits(mode: found.st_mode, group: found.st_gid)
        else { return 0 }
        let handle = "/proc/self/fd/\(descriptor)"
        // The group first: changing it takes bits away again.
        if found.st_gid != group, chown(handle, uid_t.max, group) != 0 { return errno }
        return chmod(handle, kind == S_IFDIR ? folderMode : fileMode) == 0 ? 0 : errno
    }
}
