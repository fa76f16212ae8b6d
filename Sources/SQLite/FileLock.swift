// The one exclusive lock that every writer of a database takes, in this process and in all others.
// It knows files and waiting, nothing of what is done under it.

import CLinux
import Dispatch
import Foundation
import Glibc
import Synchronization

/// An exclusive lock on a file beside a database. The file is never deleted: a deleted lock file
/// would let two processes hold "the" lock on two files of one name. Where somebody deletes it all
/// the same, whoever has the old one is refused. It does not go over to the new one by itself:
/// another process may be writing under the old one still.
///
/// Without contention the calling thread takes it by itself. Otherwise the callers of a process
/// queue up, first come first served, and one thread of the process waits in the system for all
/// of them. Between processes nobody starves: whoever waits for the file has taken its first byte
/// before, and while somebody has that, nobody takes the file without waiting for both, not even
/// a process that has only just let go of it.
package final class FileLock: Sendable {
    private final class Ticket: Sendable {
        enum Outcome {
            case waiting, granted
            case failed(DatabaseFault)
        }
        let signal = DispatchSemaphore(value: 0)
        let outcome = Mutex(Outcome.waiting)

        func settle(_ outcome: Outcome) {
            self.outcome.withLock { $0 = outcome }
            signal.signal()
        }
    }

    private enum Holder {
        case nobody
        /// A caller in this process.
        case caller
        /// The thread that waits in the system.
        case thread
    }

    private struct State {
        var holder = Holder.nobody
        var queue: [Ticket] = []
    }

    package let path: String
    private let descriptor: Int32
    private let identity: FileIdentity
    private let state = Mutex(State())

    /// - Parameter fileAccess: whom the lock file is for.
    package init(path: String, _ fileAccess: FileAccess = .owner) throws(DatabaseFault) {
        let opened = csystem_open(path, O_RDWR | O_CREAT, fileAccess.fileMode)
        guard opened >= 0 else {
            throw DatabaseFault(errno: -opened, doing: "opening the lock file", path: path)
        }
        do throws(DatabaseFault) {
            try fileAccess.require(path)
            identity = try FileIdentity(descriptor: opened, path: path)
        } catch {
            close(opened)
            throw error
        }
        self.path = path
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// Returns holding the lock, or throws `locked` once `timeoutMs` have passed.
    package func acquire(timeoutMs: Int) throws(DatabaseFault) {
        let (ticket, startsThread) = try state.withLock { state throws(DatabaseFault) in
            try enter(&state)
        }
        guard let ticket else { return }
        if startsThread { waitInThread() }
        _ = ticket.signal.wait(timeout: .now() + .milliseconds(timeoutMs))
        try settle(ticket, timeoutMs: timeoutMs)
    }

    /// - Returns: no ticket where the lock was free and is now held.
    private func enter(_ state: inout State) throws(DatabaseFault) -> (Ticket?, Bool) {
        let isUnwanted = state.holder == .nobody
        if isUnwanted, try tryNow() {
            state.holder = .caller
            return (nil, false)
        }
        if isUnwanted { state.holder = .thread }
        let ticket = Ticket()
        state.queue.append(ticket)
        return (ticket, isUnwanted)
    }

    /// Lets go; the next caller in this process gets the lock unless another process waits.
    package func release() {
        let startsThread = state.withLock { state in
            precondition(state.holder == .caller, "Only who holds the lock lets go of it.")
            unlock()
            guard !state.queue.isEmpty else {
                state.holder = .nobody
                return false
            }
            do throws(DatabaseFault) {
                if try tryNow() {
                    state.queue.removeFirst().settle(.granted)
                    return false
                }
            } catch {
                // The thread meets the same failure and hands it to everybody who waits.
            }
            state.holder = .thread
            return true
        }
        if startsThread { waitInThread() }
    }

    package func withLock<Answer, Failure: DatabaseFailure>(
        timeoutMs: Int, _ body: () throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        do throws(DatabaseFault) {
            try acquire(timeoutMs: timeoutMs)
        } catch {
            throw Failure(error)
        }
        defer { release() }
        return try body()
    }

    /// A ticket may be granted between the end of the wait and this look at it: it counts.
    private func settle(_ ticket: Ticket, timeoutMs: Int) throws(DatabaseFault) {
        let outcome = state.withLock { state in
            let outcome = ticket.outcome.withLock { $0 }
            if case .waiting = outcome { state.queue.removeAll { $0 === ticket } }
            return outcome
        }
        switch outcome {
        case .granted: return
        case .failed(let fault): throw fault
        case .waiting:
            throw DatabaseFault(
                .locked,
                "The lock \(path) was not to be had within \(timeoutMs) ms: another process is "
                    + "writing and does not finish. See who holds it with 'fuser \(path)'; it is "
                    + "free as soon as that process ends.")
        }
    }

    private func tryNow() throws(DatabaseFault) -> Bool {
        let isUnwanted = csystem_byte_is_free(descriptor)
        try check(isUnwanted)
        guard isUnwanted == 1 else { return false }
        let code = csystem_flock_try(descriptor)
        if code == -EWOULDBLOCK { return false }
        try check(code)
        try verify()
        return true
    }

    /// What was locked must still be what others find at the path; otherwise it is let go of.
    private func verify() throws(DatabaseFault) {
        do throws(DatabaseFault) {
            guard try FileIdentity.find(at: path) != identity else { return }
            throw DatabaseFault(
                .corrupt,
                "The lock file \(path) was removed or replaced while it was in use, so that two "
                    + "hosts could write at once; nothing was written. Stop every holdfast host, "
                    + "see that the database beside it is still the right one, start again, and "
                    + "leave the lock file where it is.")
        } catch {
            unlock()
            throw error
        }
    }

    /// Both calls fail only for descriptors that are no longer open.
    private func unlock() {
        let code = csystem_flock_release(descriptor)
        precondition(code == 0, "A lock that is held can be let go of.")
    }

    private func waitInThread() {
        let thread = Thread { [self] in
            let result = Result { () throws(DatabaseFault) in try waitInSystem() }
            state.withLock { state in
                switch result {
                case .failure(let fault):
                    for ticket in state.queue { ticket.settle(.failed(fault)) }
                    state.queue = []
                    state.holder = .nobody
                case .success where state.queue.isEmpty:
                    // Everybody who wanted it has given up meanwhile.
                    unlock()
                    state.holder = .nobody
                case .success:
                    state.holder = .caller
                    state.queue.removeFirst().settle(.granted)
                }
            }
        }
        thread.stackSize = 128 * 1024
        thread.start()
    }

    private func waitInSystem() throws(DatabaseFault) {
        try check(csystem_byte_wait(descriptor))
        defer { _ = csystem_byte_release(descriptor) }
        try check(csystem_flock_wait(descriptor))
        try verify()
    }

    private func check(_ code: Int32) throws(DatabaseFault) {
        guard code < 0 else { return }
        throw DatabaseFault(errno: -code, doing: "locking", path: path)
    }
}
