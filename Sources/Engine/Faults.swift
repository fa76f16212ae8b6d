// Failures of the world that the journal may report. Rejections, which are answers, live elsewhere.

/// The journal could not do its work. Nothing of the transaction it happened in has happened.
package struct JournalFault: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// No room left on the disk (or past a file-size limit).
        case full
        /// The lock was not to be had before the deadline.
        case locked
        /// The file is not a database, or contradicts itself.
        case corrupt
        /// The file or its directory cannot be written.
        case readOnly
        /// A newer release wrote this journal.
        case newer
        /// The journal lies on a network file system, where locks and flushes lie.
        case networkFileSystem
        /// A state was replaced by somebody else in between.
        case conflict
        /// Anything else the system said.
        case io
    }

    package let code: Code
    /// What happened, to what, and what to do now.
    package let message: String
    /// What the layer below said, for the operator.
    package let cause: String?

    package init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { cause.map { "\(message) (\($0))" } ?? message }
}

extension JournalFault.Code {
    /// Whether one run's records may be at fault, and all others be in order.
    package var concernsOneRun: Bool {
        switch self {
        case .corrupt, .newer: true
        case .full, .locked, .readOnly, .networkFileSystem, .conflict, .io: false
        }
    }
}
