// Opening a journal: its settings read back, its permissions, and what is refused with which words.

import Engine
import Foundation
import SQLite
import SQLiteJournal
import Testing

@Suite struct OpeningTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    private func fault(opening path: String, _ options: SharedDatabase.Options) -> JournalFault? {
        do throws(JournalFault) {
            _ = try SQLiteJournal(path: path, options)
            return nil
        } catch {
            return error
        }
    }

    private func fault(opening path: String) -> JournalFault? {
        fault(opening: path, SharedDatabase.Options())
    }

    @Test func everyConnectionHasTheSettingsThatKeepWork() throws {
        let journal = try SQLiteJournal(path: scratch.journalPath)
        let writer = try journal.database.write(.now) { c throws(DatabaseFault) in
            try SharedDatabase.settings(of: c)
        }
        #expect(writer.journalMode == "wal")
        #expect(writer.synchronous == 2, "FULL: an acknowledged commit survives the power")
        let reader = try journal.database.read { c throws(DatabaseFault) in
            try SharedDatabase.settings(of: c)
        }
        for settings in [writer, reader] {
            #expect(settings.automaticCheckpoint == 0)
            #expect(!settings.checkpointsOnClose)
            #expect(settings.memoryMap == 0)
            #expect(settings.foreignKeys == 1)
            #expect(settings.trustedSchema == 0)
            #expect(settings.cellSizeCheck == 1)
        }
    }

    @Test func unflushedCommitsAreCountedApartAndFullComesBack() throws {
        let journal = try SQLiteJournal(path: scratch.journalPath)
        let before = journal.flushCount
        func commit(_ durability: Durability) throws -> Int {
            try journal.write(durability) { t throws(JournalFault) in
                _ = try t.add(1, to: CounterName("reads"))
            }
            return journal.flushCount - before
        }
        #expect(try commit(.committed) == 0)
        #expect(try commit(.committed) == 0, "a batch of reads' submits does not flush")
        #expect(try commit(.flushed) == 1)
        let setting = try journal.database.write(.now) { c throws(DatabaseFault) in
            try SharedDatabase.settings(of: c).synchronous
        }
        #expect(setting == 2)
        let unflushed = try journal.database.write(.later) { c throws(DatabaseFault) in
            try SharedDatabase.settings(of: c).synchronous
        }
        #expect(unflushed == 1)
    }

    @Test func closingLeavesTheLogAlone() throws {
        let path = scratch.journalPath
        do {
            let journal = try SQLiteJournal(path: path)
            try journal.write { t throws(JournalFault) in try t.setKey(KeyName("a"), to: [1]) }
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: path + "-wal")
        let size = try #require(attributes[.size] as? Int)
        #expect(size > 0, "the last connection neither checkpointed nor deleted the log")
        let again = try SQLiteJournal(path: path)
        #expect(try again.read { r throws(JournalFault) in try r.key(KeyName("a")) } == [1])
    }

    @Test func aLongLogIsCopiedIntoTheFileByWhoeverMadeItLong() throws {
        var options = SharedDatabase.Options()
        options.checkpointFrames = 50
        let journal = try SQLiteJournal(path: scratch.journalPath, options)
        var longest = 0
        for number in 0..<200 {
            try journal.write(.committed) { t throws(JournalFault) in
                try t.setKey(KeyName("key \(number)"), to: [UInt8](repeating: 1, count: 900))
            }
            let attributes = try FileManager.default.attributesOfItem(
                atPath: scratch.journalPath + "-wal")
            longest = max(longest, try #require(attributes[.size] as? Int) / 4120)
        }
        #expect(longest >= 50 && longest < 80, "the log is used again from its start: \(longest)")
    }

    @Test func filesAreTheOwnersAlone() throws {
        let path = scratch.path + "/a/b/journal.db"
        let journal = try SQLiteJournal(path: path)
        try journal.write { t throws(JournalFault) in try t.setKey(KeyName("a"), to: [1]) }
        func mode(_ path: String) throws -> Int {
            try #require(
                FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
        }
        for directory in ["/a", "/a/b"] { #expect(try mode(scratch.path + directory) == 0o700) }
        for suffix in ["", "-wal", "-shm", ".lock"] { #expect(try mode(path + suffix) == 0o600) }
    }

    @Test func aNewerJournalIsRefusedWhenOpenedAndWhenItChangesUnderAHost() throws {
        let path = scratch.journalPath
        let old = try SQLiteJournal(path: path)
        try old.write { t throws(JournalFault) in try t.setKey(KeyName("a"), to: [1]) }
        try old.database.write(.now) { c throws(DatabaseFault) in
            try c.execute("PRAGMA user_version = 999")
        }
        let writing = faultCode { () throws(JournalFault) in
            try old.write { t throws(JournalFault) in try t.setKey(KeyName("b"), to: [1]) }
        }
        #expect(writing == .newer)
        let reading = faultCode { () throws(JournalFault) in
            _ = try old.read { r throws(JournalFault) in try r.key(KeyName("a")) }
        }
        #expect(reading == .newer)
        let opening = try #require(fault(opening: path))
        #expect(opening.code == .newer)
        #expect(opening.message.contains("999") && opening.message.contains(path))
    }

    @Test func whatIsNoJournalIsRefused() throws {
        let path = scratch.journalPath
        try Data("This is a letter, not a database. ".utf8 + [UInt8](repeating: 65, count: 5000))
            .write(to: URL(fileURLWithPath: path))
        #expect(fault(opening: path)?.code == .corrupt)

        let foreign = scratch.path + "/foreign.db"
        let database = try SharedDatabase(path: foreign)
        try database.write(.now) { c throws(DatabaseFault) in
            try c.execute("CREATE TABLE theirs (x)")
        }
        let found = try #require(fault(opening: foreign))
        #expect(found.code == .corrupt && found.message.contains("not one that Holdfast made"))
    }

    @Test func manyMayOpenANewJournalAtOnce() throws {
        let path = scratch.journalPath
        DispatchQueue.concurrentPerform(iterations: 12) { number in
            let code = faultCode { () throws(JournalFault) in
                let journal = try SQLiteJournal(path: path)
                try journal.write { t throws(JournalFault) in
                    _ = try t.add(1, to: CounterName("hosts"))
                }
            }
            #expect(code == nil)
        }
        let journal = try SQLiteJournal(path: path)
        let count = try journal.read { r throws(JournalFault) in
            try r.counter(CounterName("hosts"))
        }
        #expect(count == 12)
    }

    @Test func aDamagedJournalIsReported() throws {
        let path = scratch.journalPath
        do {
            let journal = try SQLiteJournal(path: path)
            try journal.write { t throws(JournalFault) in
                try t.append((0..<200).map { Sample.record($0, of: Sample.run(1), $0, bytes: 500) })
            }
            try journal.database.checkpoint()
        }
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        for page in 3..<30 {
            try file.seek(toOffset: UInt64(page * 4096))
            try file.write(contentsOf: Data(repeating: 0xff, count: 4096))
        }
        try file.close()
        for side in ["-wal", "-shm"] { try FileManager.default.removeItem(atPath: path + side) }
        let code = faultCode { () throws(JournalFault) in
            let journal = try SQLiteJournal(path: path)
            _ = try journal.read { r throws(JournalFault) in try r.log(from: 0, limit: 999) }
        }
        #expect(code == .corrupt)
    }

    @Test func readingToolsMakeNoJournal() throws {
        var options = SharedDatabase.Options()
        options.creates = false
        let found = try #require(fault(opening: scratch.journalPath, options))
        #expect(found.code == .io && found.message.contains(scratch.journalPath))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
        _ = try SQLiteJournal(path: scratch.journalPath)
        #expect(fault(opening: scratch.journalPath, options) == nil)
    }

    @Test(arguments: FileSystemType.networks.keys.sorted())
    func networkFileSystemsAreRefused(magic: UInt) throws {
        var options = SharedDatabase.Options()
        options.fileSystem = FileSystemType(magic: magic)
        let found = try #require(fault(opening: scratch.journalPath, options))
        #expect(found.code == .networkFileSystem)
        #expect(found.message.contains(FileSystemType.networks[magic] ?? "?"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
    }

    /// ext, xfs, btrfs, tmpfs, overlayfs, zfs, fuse.
    @Test(arguments: [0xef53, 0x5846_5342, 0x9123_683e, 0x0102_1994, 0x794c_7630, 0x2fc1_2fc1,
        0x6573_5546] as [UInt])
    func localFileSystemsAreTaken(magic: UInt) throws {
        var options = SharedDatabase.Options()
        options.fileSystem = FileSystemType(magic: magic)
        #expect(fault(opening: scratch.journalPath, options) == nil)
    }

    @Test func readersDoNotWaitForWriters() throws {
        let journal = try SQLiteJournal(path: scratch.journalPath)
        try journal.write { t throws(JournalFault) in
            try t.setKey(KeyName("a"), to: [1])
            let seen = try journal.read { r throws(JournalFault) in try r.key(KeyName("a")) }
            #expect(seen == nil, "what is not committed is not seen")
        }
        #expect(try journal.read { r throws(JournalFault) in try r.key(KeyName("a")) } == [1])
    }
}
