// The revisions of MCP that are served, and which fields exist in which. Nothing is encoded here.

/// A revision of the protocol. Cases are in order of age, and so compare.
package enum ProtocolVersion: String, Sendable, Hashable, CaseIterable {
    case v2024_11_05 = "2024-11-05"
    case v2025_03_26 = "2025-03-26"
    case v2025_06_18 = "2025-06-18"
    case v2025_11_25 = "2025-11-25"
    case v2026_07_28 = "2026-07-28"
}

extension ProtocolVersion: Comparable {
    /// Revisions are named by date, so their names order them.
    package static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension ProtocolVersion {
    /// What `initialize` is answered with when the client asks for a version we do not know.
    package static let latestLegacy = ProtocolVersion.v2025_11_25

    /// What a client asks for before it knows what the server speaks.
    static let latestStateless = ProtocolVersion.v2026_07_28

    /// The versions a request may name in its `_meta`. Only these are offered to clients in errors
    /// and by `server/discover`: one that picked an older name would have to know to initialise.
    package static let statelessNames = [ProtocolVersion.v2026_07_28.rawValue]

    /// No handshake: every request says its version and every result its type.
    package var isStateless: Bool { self >= .v2026_07_28 }

    /// JSON-RPC batches came in one revision and went in the next.
    var hasBatches: Bool { self == .v2025_03_26 }
    /// Completion came before the capability that says so.
    var hasCompletionsCapability: Bool { self >= .v2025_03_26 }
    /// A code of its own for resources that are not there.
    var hasResourceNotFound: Bool { isStateless == false }
    var hasToolAnnotations: Bool { self >= .v2025_03_26 }
    var hasProgressMessage: Bool { self >= .v2025_03_26 }
    /// `title` beside names, `outputSchema` and `structuredContent` came together.
    var hasTitles: Bool { self >= .v2025_06_18 }
    var hasStructuredContent: Bool { self >= .v2025_06_18 }
    /// A client can be asked to put a form to its user.
    var hasElicitation: Bool { self >= .v2025_06_18 }
    /// There are other ways to ask a user than a form, so that a form is called one.
    var hasElicitationModes: Bool { self >= .v2025_11_25 }
}
