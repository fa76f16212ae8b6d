// What a tool touches, in the words of its manifest. A run keeps the words of what its calls have
// touched: its taint.

package enum Label: String, Sendable, CaseIterable, Comparable {
    /// It reads what strangers have written.
    case untrusted
    /// It reads what is not for everybody.
    case `private`
    /// It changes something outside.
    case external

    package static func < (a: Label, b: Label) -> Bool {
        a.rawValue.utf8.lexicographicallyPrecedes(b.rawValue.utf8)
    }
}

package struct Labels: Hashable, Sendable {
    /// `untrusted`, `private`; sorted.
    package let reads: [Label]
    /// `external`.
    package let changes: [Label]

    package static let none = Labels(reads: [], changes: [])

    package init(reads: [Label], changes: [Label]) {
        self.reads = reads.sorted()
        self.changes = changes.sorted()
    }

    package var all: [Label] { (reads + changes).sorted() }
}
