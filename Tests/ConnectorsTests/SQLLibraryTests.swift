// How the SQLite library of the process is set, and that a transaction's lock is let go of once.

import Foundation
import Testing

@testable import SQLite

@Suite struct SQLLibraryTests {
    private let patience = Patience(forMs: 2_000)
    private let path = NSTemporaryDirectory() + "library-\(UUID().uuidString).db"

    @Test func nothingIsCountedThatNobodyAsksFor() throws {
        _ = try StatementDatabase(path: path, access: .create, patience: patience)
        #expect(SQLiteLibrary.isCounting == false, "every connection is opened through this target")
    }

    /// Whoever has committed has let go: a rollback after it must not touch the next one's hold.
    @Test func whoHasCommittedHoldsNothingMore() throws {
        let first = try StatementDatabase(path: path, access: .create, patience: patience)
        let second = try StatementDatabase(path: path, access: .write, patience: patience)
        try first.begin(patience: patience)
        #expect(throws: StatementError.self) { try second.begin(patience: Patience(forMs: 20)) }
        try first.commit()
        try second.begin(patience: patience)
        first.rollBack()
        #expect(throws: StatementError.self) { try first.begin(patience: Patience(forMs: 20)) }
        second.rollBack()
        try first.begin(patience: patience)
        first.rollBack()
    }
}
