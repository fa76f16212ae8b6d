// Who counts as gone: an owner whose lock is free, and nothing of which is alive any more.

import Engine
import Foundation
import JSON
import Testing

@testable import Host

@Suite struct LoopOwnerTests {
    private let folder: TemporaryFolder
    private let owner: Owner
    private let leashes: LeashLocks

    init() throws {
        folder = try TemporaryFolder()
        leashes = LeashLocks(beside: folder.path)
        owner = try Owner(beside: folder.path, leaseMs: 10_000, clock: .system)
        mkdir(leashes.folder, 0o700)
    }

    /// An owner whose process has ended: its file is there, its lock is not.
    private func ended() throws -> OwnerID {
        try Owner(beside: folder.path, leaseMs: 10_000, clock: .system).id
    }

    private func call(_ digit: Character) throws -> CallID {
        try #require(CallID("call_" + String(repeating: digit, count: 36)))
    }

    private func path(
        of owner: OwnerID, _ call: CallID, _ number: Int, part: String = ""
    ) throws -> String {
        leashes.path(
            of: Attempt(
                basis: .sample("run_1"), call: call, number: number, owner: owner,
                tool: ToolName("t"), manifest: try Sample.read(Sample.manifest()).digest,
                delivery: .atMostOnce, arguments: [:], timeoutMs: 1, approval: nil),
            part: part)
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: leashes.folder).sorted()
    }

    @Test func anOwnerIsGoneOnceItsLeashesAreToo() throws {
        let (gone, other) = (try ended(), try ended())
        let mine = try path(of: gone, try call("1"), 1)
        let lock = try Lock(mine)
        // Another's leash, and one that was left without a holder, change nothing.
        let stray = try Lock(try path(of: owner.id, try call("2"), 1))
        try Lock(try path(of: other, try call("3"), 1)).release()
        #expect(owner.findGone().map(\.id) == [other])
        // Its own lock was let go of again: whoever looks next sees the same.
        let second = try Owner(beside: folder.path, leaseMs: 10_000, clock: .system)
        #expect(second.findGone().map(\.id) == [other])
        lock.release()
        #expect(Set(owner.findGone().map(\.id)) == [gone, other])
        for found in owner.findGone() { found.bury() }
        #expect(owner.findGone().isEmpty)
        #expect(try files() == [String(stray.path.split(separator: "/").last ?? "")])
        stray.release()
    }

    @Test func everyPartOfAnAttemptCounts() throws {
        let gone = try ended()
        let lock = try Lock(try path(of: gone, try call("1"), 7, part: "-secret"))
        #expect(owner.findGone().isEmpty)
        lock.release()
        #expect(owner.findGone().map(\.id) == [gone])
    }

    @Test func aCallIsQuietOnceNoAttemptOfItIsAlive() throws {
        let (one, two) = (try call("1"), try call("2"))
        #expect(leashes.areFree(of: one))
        let first = try Lock(try path(of: owner.id, one, 1))
        let second = try Lock(try path(of: try ended(), one, 2))
        #expect(!leashes.areFree(of: one) && leashes.areFree(of: two))
        first.release()
        #expect(!leashes.areFree(of: one))
        second.release()
        #expect(leashes.areFree(of: one))
    }

    @Test func withoutLeashesAnEndedOwnerIsGone() throws {
        let gone = try ended()
        rmdir(leashes.folder)
        #expect(owner.findGone().map(\.id) == [gone])
        // A folder that cannot be looked into tells nothing.
        _ = FileManager.default.createFile(atPath: leashes.folder, contents: nil)
        #expect(owner.findGone().isEmpty)
    }
}

/// A lock file, held as a leash holds it.
private final class Lock {
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    }

    func release() { flock(descriptor, LOCK_UN) }

    deinit { close(descriptor) }
}
