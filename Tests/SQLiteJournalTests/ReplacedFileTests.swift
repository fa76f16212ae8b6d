// A journal or a lock file that is taken away while it is used: noticed before anything is written.

import Engine
import Foundation
import Glibc
import SQLite
import SQLiteJournal
import Testing

@Suite struct ReplacedFileTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }
    private var path: String { scratch.journalPath }
    private let key = KeyName("a")

    private func fault(_ body: () throws(JournalFault) -> Void) -> JournalFault? {
        do throws(JournalFault) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    private func write(_ journal: SQLiteJournal, _ value: UInt8) -> JournalFault? {
        fault { () throws(JournalFault) in
            try journal.write { t throws(JournalFault) in try t.setKey(key, to: [value]) }
        }
    }

    private func read(_ journal: SQLiteJournal) -> JournalFault? {
        fault { () throws(JournalFault) in
            _ = try journal.read { r throws(JournalFault) in try r.key(key) }
        }
    }

    private func move(_ from: String, _ to: String) throws {
        try #require(rename(from, to) == 0, "\(from) cannot be moved")
    }

    @Test func aRemovedJournalTakesNoMoreWrites() throws {
        let journal = try SQLiteJournal(path: path)
        #expect(write(journal, 1) == nil)
        try move(path, path + ".gone")
        let found = try #require(write(journal, 2))
        #expect(found.code == .corrupt)
        #expect(found.message.contains(path) && found.message.contains("removed or replaced"))
        #expect(found.message.contains("Stop every holdfast host"))
        #expect(read(journal)?.code == .corrupt)
        #expect(throws: DatabaseFault.self) { try journal.database.checkpoint() }
        // The very file comes back: nothing was written, and work goes on.
        try move(path + ".gone", path)
        #expect(try journal.read { r throws(JournalFault) in try r.key(key) } == [1])
        #expect(write(journal, 3) == nil)
    }

    @Test func aReplacedJournalIsLeftToOthers() throws {
        let old = try SQLiteJournal(path: path)
        #expect(write(old, 1) == nil)
        for side in ["", "-wal", "-shm"] { try move(path + side, path + ".gone" + side) }
        let new = try SQLiteJournal(path: path)
        #expect(write(new, 2) == nil)
        #expect(write(old, 3)?.code == .corrupt)
        #expect(read(old)?.code == .corrupt)
        #expect(try new.read { r throws(JournalFault) in try r.key(key) } == [2])
    }

    @Test func aLinkToTheSameFileIsTheSameJournal() throws {
        let real = scratch.path + "/real.db"
        _ = try SQLiteJournal(path: real)
        try #require(symlink(real, path) == 0)
        let journal = try SQLiteJournal(path: path)
        #expect(write(journal, 1) == nil)
        #expect(read(journal) == nil)
    }

    @Test func aRemovedLockFileStopsWhoeverHasIt() throws {
        let journal = try SQLiteJournal(path: path)
        #expect(write(journal, 1) == nil)
        try move(path + ".lock", path + ".gone")
        let removed = try #require(write(journal, 2))
        #expect(removed.code == .corrupt)
        #expect(removed.message.contains(path + ".lock"))
        #expect(removed.message.contains("Stop every holdfast host"))
        let other = try SQLiteJournal(path: path)
        #expect(write(other, 3) == nil)
        #expect(write(journal, 4)?.code == .corrupt, "two locks of one name exclude nobody")
        #expect(try other.read { r throws(JournalFault) in try r.key(key) } == [3])
        // What was refused holds nothing: the very file comes back, and it can be locked.
        try move(path + ".gone", path + ".lock")
        #expect(write(journal, 5) == nil)
    }

    @Test func whoWaitsForARemovedLockFileIsRefusedToo() throws {
        let lockPath = scratch.path + "/a.lock"
        let (mine, theirs) = (try FileLock(path: lockPath), try FileLock(path: lockPath))
        try theirs.acquire(timeoutMs: 0)
        let release = Thread {
            usleep(100_000)
            unlink(lockPath)
            theirs.release()
        }
        release.start()
        #expect(throws: DatabaseFault.self) { try mine.acquire(timeoutMs: 10_000) }
        do throws(DatabaseFault) {
            try mine.acquire(timeoutMs: 10_000)
            Issue.record("a removed lock file was locked")
        } catch {
            #expect(error.kind == .corrupt && error.message.contains("was removed or replaced"))
        }
        let new = try FileLock(path: lockPath)
        try new.acquire(timeoutMs: 0)
        new.release()
    }
}
