// The parts that child processes play: a writer, a checkpointer, an account without permission, a
// process without room. In an ordinary run none of this does anything.

import Engine
import Foundation
import Glibc
import SQLite
import SQLiteJournal
import Testing

@Suite(.enabled(if: Part.ours != nil, "only in child processes")) struct PlayedParts {
    private var journalPath: String { Part.directory + "/journal.db" }

    @Test func play() throws {
        switch try #require(Part.ours) {
        case .writer: try write()
        case .checkpointer: try checkpoint()
        case .readOnly: try openWithoutPermission()
        case .full: try fillUp()
        }
        print("part played")
    }

    private func write() throws {
        var options = SharedDatabase.Options()
        options.checkpointFrames = 40
        options.lockTimeoutMs = 60_000
        let journal = try SQLiteJournal(path: journalPath, options)
        try Stress.write(100, as: Part.name, on: journal, acknowledgedIn: Part.directory)
    }

    private func checkpoint() throws {
        let journal = try SQLiteJournal(path: journalPath)
        while !FileManager.default.fileExists(atPath: Part.directory + "/stop") {
            try journal.database.checkpoint()
        }
    }

    private func openWithoutPermission() throws {
        if geteuid() == 0 { try #require(setgid(65534) == 0 && setuid(65534) == 0) }
        var found: JournalFault?
        do throws(JournalFault) {
            _ = try SQLiteJournal(path: journalPath)
        } catch {
            found = error
        }
        #expect(found?.code == .readOnly, "\(found.map(String.init(describing:)) ?? "opened")")
        #expect(found?.message.contains(journalPath) ?? false)
    }

    private func fillUp() throws {
        let journal = try SQLiteJournal(path: journalPath)
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 400_000, rlim_max: rlim_t.max)
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
        var acknowledged = 0
        func add() throws(JournalFault) {
            try journal.write { t throws(JournalFault) in
                let value = [UInt8](repeating: 9, count: 9000)
                try t.setKey(KeyName("key \(acknowledged)"), to: value)
                _ = try t.add(1, to: CounterName("keys"))
            }
            acknowledged += 1
        }
        func check() throws {
            try journal.read { r throws(JournalFault) in
                #expect(try r.counter(CounterName("keys")) == acknowledged)
                #expect(try r.keys(prefix: "key ", after: nil, limit: 999).count == acknowledged)
            }
        }
        while acknowledged < 200, faultCode({ () throws(JournalFault) in try add() }) == nil {}
        #expect((1..<200).contains(acknowledged))
        #expect(faultCode { () throws(JournalFault) in try add() } == .full)
        #expect(faultCode { () throws(JournalFault) in try add() } == .full, "still")
        try check()
        limit.rlim_cur = rlim_t.max
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
        for _ in 0..<20 { try add() }
        try check()
    }
}
