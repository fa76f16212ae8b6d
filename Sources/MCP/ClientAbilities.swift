// What a client says that it can do, read once: only what a server of ours acts on. What is asked
// of whom is decided elsewhere.

import JSON

/// What a request may be answered with beyond a plain result. A client that has said nothing can
/// do nothing.
package struct ClientAbilities: Hashable, Sendable {
    /// It takes a handle in place of a result and asks what has become of it.
    package var hasTasks: Bool
    /// It can put a form to its user. One that can only open addresses cannot.
    package var showsForms: Bool

    package static let none = ClientAbilities(hasTasks: false, showsForms: false)

    package init(hasTasks: Bool, showsForms: Bool) {
        self.hasTasks = hasTasks
        self.showsForms = showsForms
    }
}

enum Extensions {
    static let tasks = "io.modelcontextprotocol/tasks"
}

extension ClientAbilities {
    /// As a stateless request declares them, for itself alone.
    init(declared capabilities: JSONObject) {
        hasTasks = capabilities["extensions"]?[Extensions.tasks]?.objectValue != nil
        showsForms = Self.showsForms(capabilities)
    }

    /// As the handshake settles them: tasks of this kind came only after it.
    init(settled capabilities: JSONObject, _ version: ProtocolVersion) {
        hasTasks = false
        showsForms = version.hasElicitation && Self.showsForms(capabilities)
    }

    // Before there were two kinds, and where neither is named, forms are meant.
    private static func showsForms(_ capabilities: JSONObject) -> Bool {
        guard let elicitation = capabilities["elicitation"]?.objectValue else { return false }
        if elicitation["form"]?.objectValue != nil { return true }
        return elicitation["form"] == nil && elicitation["url"] == nil
    }

    /// What to declare, as an error asks for it.
    static let tasksRequired: JSONObject = ["extensions": [Extensions.tasks: [:]]]
}
