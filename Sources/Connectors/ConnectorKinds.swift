// The list of the ways to reach a system that this release knows. What each does is in its folder.

package import Host

package enum ConnectorKinds {
    /// Every kind, in the order of their names.
    package static func all(
        leashProgram: String = Leash.ownProgram,
        probe: @escaping @Sendable (ConnectorProbe) -> Void = { _ in }
    ) -> [any ConnectorKind] {
        [
            CommandConnectorKind(leashProgram: leashProgram),
            NoneConnectorKind(),
            NoticeFileKind(),
            NoticeWebhookKind(leashProgram: leashProgram),
            SQLConnectorKind(probe: probe),
        ]
    }
}

/// Two instants inside a connector at which a crash is worth trying.
package enum ConnectorProbe: String, Sendable, CaseIterable {
    /// The effect is made and not yet permanent.
    case beforeCommit
    /// The effect is permanent and nobody has heard of it.
    case afterCommit
}
