// Lock files that say that a child of some host may still live: named by whoever starts one, tried
// by whoever wants to know whether an owner can still send. Nothing is started or killed here.

import CLinux
package import Engine
import Glibc
import SQLite

/// The lock files of leashes, beside the journal. A leash holds one while its command may live, and
/// the command inherits it: held, it says that something of the attempt may still be sent, whatever
/// became of the host. (A program that closes every descriptor it was given is beyond its reach.)
package struct LeashLocks: Sendable {
    package let folder: String
    private static let suffix = ".lock"

    package init(beside stateFolder: String) { folder = stateFolder + "/leashes" }

    /// Makes the folder, shared as the journal's is.
    /// - Returns: 0, or the system's error number.
    package func makeFolder() -> Int32 {
        FileAccess(of: Paths.folder(of: folder)).makeFolder(folder)
    }

    /// A call's probes are made by other tools, and numbered by themselves.
    /// - Parameter part: of an attempt that starts more than one child.
    package func path(of attempt: Attempt, part: String = "") -> String {
        let name = "\(attempt.owner)-\(attempt.call)-\(attempt.tool)-\(attempt.number)\(part)"
        return folder + "/" + name + LeashLocks.suffix
    }

    /// The folder that a lock's path leads into.
    package static func folder(of lock: String) -> String { Paths.folder(of: lock) }

    /// Whether a lock is held; one that is not there, or that nobody holds, is not.
    package static func isHeld(_ path: String) -> Bool {
        let opened = csystem_open(path, O_RDWR, 0)
        // What cannot be opened for another reason may be held by anybody.
        guard opened >= 0 else { return opened != -ENOENT }
        defer { close(opened) }
        return csystem_flock_try(opened) != 0
    }

    /// Whether nothing that `owner` started is alive any more. Only asked of an owner whose own
    /// lock is free: a leash that has not locked itself by then finds its host gone, and starts
    /// nothing.
    func areFree(of owner: OwnerID) -> Bool {
        guard let paths = paths(where: { $0.hasPrefix("\(owner)-") }) else { return false }
        return !paths.contains(where: LeashLocks.isHeld)
    }

    /// Whether nothing is alive that any attempt of `call` has started, whoever made it.
    package func areFree(of call: CallID) -> Bool {
        guard let paths = paths(where: { $0.contains("-\(call)-") }) else { return false }
        return !paths.contains(where: LeashLocks.isHeld)
    }

    /// Takes away what is left of the locks of an owner that is gone.
    func bury(_ owner: OwnerID) {
        let left = paths(where: { $0.hasPrefix("\(owner)-") }) ?? []
        for path in left where !LeashLocks.isHeld(path) { unlink(path) }
    }

    /// - Returns: nil where the folder cannot be read.
    private func paths(where isWanted: (String) -> Bool) -> [String]? {
        guard let directory = opendir(folder) else { return errno == ENOENT ? [] : nil }
        defer { closedir(directory) }
        var paths: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if isWanted(name) { paths.append("\(folder)/\(name)") }
        }
        return paths.sorted()
    }
}
