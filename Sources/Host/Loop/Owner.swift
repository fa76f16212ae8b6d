// This process as an owner of work: the lock that says it lives, and the lease that says it is not
// frozen. Other owners' locks are tried here too: a free one belongs to a process that has ended.

import CLinux
package import Engine
import Glibc
import SQLite
import Synchronization

/// A host process among others on one journal. Its lock file lies in `owners/` beside the journal
/// and is held until the process ends, however that happens.
package final class Owner: Sendable {
    package let id: OwnerID
    private let folder: String
    private let leashes: LeashLocks
    private let descriptor: Int32
    private let leaseMs: Int64
    private let clock: HostClock
    /// Until when, by the steady clock, the lease is known to be in the journal.
    private let leasedUntilMs = Atomic<Int64>(0)
    /// How often the lease was found to have lapsed before it was renewed.
    private let lapses = Atomic<Int>(0)

    package init(
        beside stateFolder: String, leaseMs: Int64, clock: HostClock
    ) throws(JournalFault) {
        var entropy = Chance.entropy()
        id = OwnerID.mint(now: clock.now(), entropy: &entropy)
        folder = stateFolder + "/owners"
        leashes = LeashLocks(beside: stateFolder)
        self.leaseMs = leaseMs
        self.clock = clock
        // As the journal's folder is shared, so are these.
        let access = FileAccess(of: stateFolder)
        let code = access.makeFolder(folder)
        let path = Owner.path(of: id, in: folder)
        guard code == 0 else { throw Owner.fault(path, code) }
        descriptor = try Owner.claim(path, access)
    }

    // Locked under another name first: whoever looks for owners that are gone must never find one
    // that has not locked itself yet.
    private static func claim(
        _ path: String, _ access: FileAccess
    ) throws(JournalFault) -> Int32 {
        let draft = path + ".new"
        let opened = csystem_open(draft, O_RDWR | O_CREAT | O_EXCL, access.fileMode)
        guard opened >= 0 else { throw fault(path, -opened) }
        let settled = access.settle(draft)
        guard settled == 0 else {
            unlink(draft)
            close(opened)
            throw fault(path, settled)
        }
        let locked = csystem_flock_try(opened)
        precondition(locked == 0, "Nobody else knows a name that was made up just now.")
        guard rename(draft, path) == 0 else {
            let code = errno
            unlink(draft)
            close(opened)
            throw fault(path, code)
        }
        return opened
    }

    private static func fault(_ path: String, _ code: Int32) -> JournalFault {
        JournalFault(
            code == ENOSPC ? .full : .readOnly,
            "The file \(path), by which this host shows that it lives, cannot be made. Check that "
                + "its folder can be written.",
            cause: String(cString: strerror(code)))
    }

    deinit { close(descriptor) }

    /// A moment now: claims made in it hold until the lease that it also asks for ends.
    package func moment() -> Moment {
        let now = clock.now()
        return Moment(
            now: now, owner: id, leaseUntil: now + leaseMs, entropy: Chance.entropy())
    }

    /// Says that a lease asked for at `startedMs` of the steady clock is in the journal.
    package func leased(from startedMs: Int64) {
        if !holdsLease { lapses.add(1, ordering: .acquiringAndReleasing) }
        leasedUntilMs.store(startedMs + leaseMs, ordering: .releasing)
    }

    /// To be taken before something is claimed.
    package var ticket: LeaseTicket {
        LeaseTicket(lapses: lapses.load(ordering: .acquiring), takenMs: clock.steadyMs())
    }

    /// Looked at immediately before anything is sent: a process that was frozen past its lease
    /// must not go on as if nothing had happened, not even when it has a new lease meanwhile.
    /// What is claimed is claimed for one lease: what began to wait longer ago is not begun.
    package func holdsLease(since ticket: LeaseTicket) -> Bool {
        holdsLease && lapses.load(ordering: .acquiring) == ticket.lapses
            && clock.steadyMs() < ticket.takenMs + leaseMs
    }

    /// Whether what is claimed now could still be sent.
    package var holdsLease: Bool { clock.steadyMs() < leasedUntilMs.load(ordering: .acquiring) }

    package var renewEveryMs: Int64 { max(1, leaseMs / 3) }

    /// Takes the file away, once nothing is owned any more.
    package func retire() { unlink(Owner.path(of: id, in: folder)) }

    /// Other owners whose process has ended, and with it everything that it had started: nothing
    /// that they were about to send can be sent any more. The locks are held until the returned
    /// value is gone, so that two hosts never bury the same owner.
    package func findGone() -> [GoneOwner] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var gone: [GoneOwner] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasSuffix(Owner.suffix),
                let other = OwnerID(String(name.dropLast(Owner.suffix.count))), other != id,
                let found = GoneOwner(
                    other, path: Owner.path(of: other, in: folder), leashes)
            else { continue }
            gone.append(found)
        }
        return gone.sorted { $0.id.text < $1.id.text }
    }

    private static let suffix = ".lock"
    private static func path(of id: OwnerID, in folder: String) -> String {
        "\(folder)/\(id)\(suffix)"
    }
}

/// Stands for an unbroken stretch of one owner's lease.
package struct LeaseTicket: Hashable, Sendable {
    fileprivate let lapses: Int
    fileprivate let takenMs: Int64
}

/// An owner whose lock was free, as were those of its leashes; its own is now held by whoever found
/// it so.
package final class GoneOwner: Sendable {
    package let id: OwnerID
    private let path: String
    private let leashes: LeashLocks
    private let descriptor: Int32

    fileprivate init?(_ id: OwnerID, path: String, _ leashes: LeashLocks) {
        let opened = csystem_open(path, O_RDWR, 0)
        guard opened >= 0 else { return nil }
        guard csystem_flock_try(opened) == 0, leashes.areFree(of: id) else {
            close(opened)
            return nil
        }
        self.id = id
        self.path = path
        self.leashes = leashes
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// To be called once its work has been taken over.
    package func bury() {
        leashes.bury(id)
        unlink(path)
    }
}
