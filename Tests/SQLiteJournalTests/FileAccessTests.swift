// Whom the journal's files are for: their modes and group, whatever the umask and whoever links.

import Foundation
import Glibc
import SQLite
import SQLiteJournal
import Testing

@Suite(.serialized) struct FileAccessTests {
    private let scratch: Scratch
    /// A group of this account that its files do not have by themselves, where it has one.
    private let group: UInt32

    init() throws {
        scratch = try Scratch()
        var groups = [gid_t](repeating: 0, count: 256)
        let count = Int(getgroups(Int32(groups.count), &groups))
        let other = groups.prefix(max(0, count)).first { $0 != getegid() }
        // The system's superuser may give files to any group.
        group = other ?? (geteuid() == 0 ? 4_242 : getegid())
    }

    private func facts(_ path: String) throws -> (mode: UInt32, group: UInt32) {
        var found = stat()
        try #require(lstat(path, &found) == 0, "\(path)")
        return (found.st_mode & 0o7777, found.st_gid)
    }

    private func expectShared(_ path: String, _ mode: UInt32) throws {
        let (found, owner) = try facts(path)
        #expect(found == mode, "\(path)")
        #expect(owner == group, "\(path)")
    }

    @Test func aGroupsFilesAreItsOwnWhateverTheUmask() throws {
        let former = umask(0o077)
        defer { umask(former) }
        var options = SharedDatabase.Options()
        options.access = .group(group)
        let path = scratch.path + "/a/b/journal.db"
        let journal = try SQLiteJournal(path: path, options)
        try journal.database.write(.now) { c throws(DatabaseFault) in
            try c.execute("CREATE TABLE more (x)")
        }
        try expectShared(scratch.path + "/a/b", 0o2770)
        for suffix in ["", "-wal", "-shm", ".lock"] { try expectShared(path + suffix, 0o660) }
    }

    @Test func filesThatWereTheOwnersAloneAreGivenToTheGroup() throws {
        let path = scratch.journalPath
        do {
            let journal = try SQLiteJournal(path: path)
            try journal.database.write(.now) { c throws(DatabaseFault) in
                try c.execute("CREATE TABLE more (x)")
            }
            #expect(try facts(path + "-wal").mode == 0o600)
        }
        var options = SharedDatabase.Options()
        options.access = .group(group)
        _ = try SQLiteJournal(path: path, options)
        for suffix in ["", "-wal", "-shm", ".lock"] { try expectShared(path + suffix, 0o660) }
    }

    /// Who may write the folder could put a link there, to have another file opened to the group.
    @Test func whatALinkLeadsToKeepsItsMode() throws {
        let private_ = scratch.path + "/private"
        try #require(FileManager.default.createFile(atPath: private_, contents: nil))
        chmod(private_, 0o600)
        let link = scratch.path + "/link"
        try #require(symlink(private_, link) == 0)
        #expect(FileAccess.group(group).settle(link) == 0)
        #expect(try facts(private_).mode == 0o600)
        #expect(FileAccess.group(group).settle(private_) == 0)
        try expectShared(private_, 0o660)
    }

    @Test func aFolderIsSharedAsItsModeSays() throws {
        let folder = scratch.path + "/shared"
        #expect(FileAccess.group(group).makeFolder(folder) == 0)
        try expectShared(folder, 0o2770)
        #expect(FileAccess(of: folder) == .group(group))
        chmod(folder, 0o770)
        #expect(FileAccess(of: folder) == .owner, "what is made in it would not be the group's")
        #expect(FileAccess(of: scratch.path + "/none") == .owner)
    }

    @Test func fitsIsExactForGroupsAndLeastForOwners() throws {
        let file = scratch.path + "/file"
        try #require(FileManager.default.createFile(atPath: file, contents: nil))
        for (mode, owner, shared) in [
            (0o600, true, false), (0o400, true, false), (0o660, false, true),
            (0o664, false, false), (0o640, false, false),
        ] as [(UInt32, Bool, Bool)] {
            chown(file, uid_t.max, group)
            chmod(file, mode)
            #expect(FileAccess.owner.fits(file) == owner, "\(mode)")
            #expect(FileAccess.group(group).fits(file) == shared, "\(mode)")
        }
        #expect(!FileAccess.group(group &+ 1).fits(file))
        #expect(FileAccess.group(group).fits(scratch.path + "/none"))
        #expect(FileAccess.group(named: "no such group \(UUID())") == nil)
    }
}
