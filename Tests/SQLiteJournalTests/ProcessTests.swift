// What only real processes show: nothing is lost among many writers, without room, or without
// permission.

import Engine
import Foundation
import Glibc
import SQLite
import SQLiteJournal
import Testing

enum Stress {
    /// Commits `count` records in a run of its own; after each, one byte in a file says so.
    static func write(
        _ count: Int, as name: String, on journal: any Journal, acknowledgedIn directory: String
    ) throws {
        let run = RunID(unchecked: "run_\(name)")
        let path = directory + "/acknowledged-\(name)"
        try Data().write(to: URL(fileURLWithPath: path))
        let file = try #require(FileHandle(forWritingAtPath: path))
        for sequence in 0..<count {
            let durability: Durability = sequence.isMultiple(of: 3) ? .committed : .flushed
            try journal.write(durability) { t throws(JournalFault) in
                let index = try t.counter(.records)
                try t.append([Sample.record(index, of: run, sequence, bytes: 300)])
                try t.setKey(KeyName("last of \(name)"), to: Array("\(sequence)".utf8))
            }
            try file.write(contentsOf: Data([1]))
        }
    }

    static func acknowledged(_ name: String, in directory: String) throws -> Int {
        try Data(contentsOf: URL(fileURLWithPath: directory + "/acknowledged-\(name)")).count
    }
}

@Suite(.disabled(if: Part.ours != nil, "only in the test run itself")) struct ProcessTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    @Test(.timeLimit(.minutes(3)))
    func manyWritersAndAConstantCheckpointerLoseNothing() throws {
        let directory = scratch.path
        _ = try SQLiteJournal(path: scratch.journalPath)
        let checkpointer = try ChildProcess(.checkpointer, in: directory, name: "checkpointer")
        let names = ["a", "b", "c", "victim"]
        let writers = try names.map { try ChildProcess(.writer, in: directory, name: $0) }
        let instances = try (0..<3).map { _ in
            var options = SharedDatabase.Options()
            options.lockTimeoutMs = 60_000
            return try SQLiteJournal(path: scratch.journalPath, options)
        }
        DispatchQueue.concurrentPerform(iterations: instances.count) { number in
            do {
                try Stress.write(
                    60, as: "instance\(number)", on: instances[number], acknowledgedIn: directory)
            } catch {
                Issue.record("instance \(number): \(error)")
            }
        }
        // One of them dies wherever it is.
        kill(writers[3].process.processIdentifier, SIGKILL)
        writers[3].process.waitUntilExit()
        for writer in writers.dropLast() {
            let writerComplaint = try writer.complaint()
            #expect(writerComplaint == nil)
        }
        try Data().write(to: URL(fileURLWithPath: directory + "/stop"))
        let checkpointerComplaint = try checkpointer.complaint()
        #expect(checkpointerComplaint == nil)
        try checkWhole(instances[0], names: names + (0..<3).map { "instance\($0)" })
    }

    private func checkWhole(_ journal: SQLiteJournal, names: [String]) throws {
        try journal.read { r throws(JournalFault) in
            let log = try r.log(from: 0, limit: 100_000)
            #expect(log.map(\.index) == Array(0..<log.count))
            #expect(try r.counter(.records) == log.count)
        }
        for name in names {
            let path = scratch.path + "/acknowledged-\(name)"
            guard FileManager.default.fileExists(atPath: path) else {
                #expect(name == "victim", "only who was killed may not have begun")
                continue
            }
            let acknowledged = try Stress.acknowledged(name, in: scratch.path)
            let run = RunID(unchecked: "run_\(name)")
            try journal.read { r throws(JournalFault) in
                let stored = try r.records(of: run, from: 0, limit: 100_000)
                #expect(stored.map(\.sequence) == Array(0..<stored.count))
                #expect(stored.count >= acknowledged, "\(name) lost what was acknowledged")
                let last = stored.isEmpty ? nil : Array("\(stored.count - 1)".utf8)
                #expect(try r.key(KeyName("last of \(name)")) == last)
            }
        }
        let integrity = try journal.database.read { c throws(DatabaseFault) in
            try c.rows("PRAGMA integrity_check") { $0.text(0) }
        }
        #expect(integrity == ["ok"])
    }

    @Test func aProcessWithoutRoomLosesNothingAcknowledged() throws {
        let child = try ChildProcess(.full, in: scratch.path, name: "full")
        let childComplaint = try child.complaint()
        #expect(childComplaint == nil)
    }

    /// Once without a journal in the directory, and once with one that another account wrote.
    @Test(arguments: [false, true])
    func aDirectoryThatMayNotBeWrittenIsRefused(hasJournal: Bool) throws {
        let directory = scratch.path + "/locked"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        if hasJournal {
            let journal = try SQLiteJournal(path: directory + "/journal.db")
            try journal.write { t throws(JournalFault) in try t.setKey(KeyName("a"), to: [1]) }
        }
        // The superuser may write everywhere; the child gives that up, others are shut out here.
        let mode = geteuid() == 0 ? 0o755 : 0o555
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: directory)
        defer { chmod(directory, 0o755) }
        let child = try ChildProcess(
            .readOnly, in: scratch.path, name: "reader", journalIn: directory)
        let childComplaint = try child.complaint()
        #expect(childComplaint == nil)
    }
}
