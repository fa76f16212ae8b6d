// The configs that are part of the program: the one in use where there is none, and the one that
// `holdfast init` writes.

/// What stands for a config where none is found. Its tools are ``BuiltinTools``.
enum BuiltinConfiguration {
    static let text = """
        store: { sqlite: ~/.local/state/holdfast/journal.db }
        databases: { workspace: { sqlite: ~/.local/state/holdfast/workspace.db } }
        profiles:
          default:
            allow:
              - read_booking_summary
              - draft_customer_reply
              - create_internal_task
              - request_admin_approval

        """
}

/// The files of a new project. The database `workspace` comes from ``BookingDesk``.
package enum ProjectTemplate {
    /// Where the project's journal and its booking desk lie, relative to its folder.
    package static let storePath = "state/journal.db"
    package static let workspacePath = "state/workspace.db"

    /// Paths relative to the project's folder, and their texts.
    package static var files: [(path: String, text: String)] {
        [(ConfigurationSource.fileName, configuration)]
            + BuiltinTools.files.map { ("tools/" + $0.name, $0.text) }
    }

    static let configuration = """
        # The config of a Holdfast host. Paths are relative to this file; `holdfast check` reads
        # it and every manifest it names, and says what is wrong with them.

        # The journal: everything that was asked, decided and done.
        store: { sqlite: \(storePath) }

        # Files or folders of tool manifests, one file a tool.
        tools: [tools]

        # Databases that manifests name. This one is the booking desk with its sample data.
        databases: { workspace: { sqlite: \(workspacePath) } }

        # Which tools an agent may call. A host is started with one profile:
        #   holdfast serve --profile support
        profiles:
          support:
            allow:
              - read_booking_summary
              - draft_customer_reply
              - create_internal_task
              - request_admin_approval

        """
}
