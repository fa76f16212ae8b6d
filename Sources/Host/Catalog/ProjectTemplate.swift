// What `holdfast init` writes: a config, the manifests of the booking desk, and how they get into
// a folder without touching what is there.

import Glibc
import JSON

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
              - change_booking_price
              - send_customer_reply
              - refund_booking
              - revoke_user_access
            # What an agent may use. Less is wiser than more:
            # budget: { run: { calls: 200, writes: 40, identical: 5 }, day: { writes: 300 } }
            # mode: shadow        # checks and records every write, and does none
            # mode: read_only     # is not even shown what writes

        # Rules weigh each call by what it is asked to do. A rule that matches makes it stricter:
        # what tools ask for themselves, as refund_booking does, is asked for too.
        rules:
          - name: big price changes are confirmed
            when:
              required: [tool, arguments]
              properties:
                tool: { const: change_booking_price }
                arguments: { required: [price], properties: { price: { exclusiveMinimum: 2000 } } }
            then: { approve: { by: [requester] } }
          # Where others decide, name them, and let rules ask for their roles:
          # - name: refunds need finance
          #   when: { required: [tool], properties: { tool: { const: refund_booking } } }
          #   then: { approve: { by: [finance], count: 1, decide_within: 4h } }

        # Who may say yes to what asks for more than the requester's own confirmation: accounts of
        # this machine, or keys from `holdfast keys new` for decisions that are signed elsewhere.
        # approvers:
        #   - { name: finance-lead, user: ana, roles: [finance] }

        """
}

/// Puts the files of ``ProjectTemplate`` into a folder.
package enum ProjectWriter {
    package struct Outcome: Hashable, Sendable {
        /// Absolute paths.
        package var written: [String] = []
        /// What was there before, and stays as it was.
        package var kept: [String] = []
    }

    /// Each file appears whole or not at all, also where several processes do this at once.
    package static func write(into folder: String) throws(Problem) -> Outcome {
        var outcome = Outcome()
        for file in ProjectTemplate.files {
            let path = folder + "/" + file.path
            try makeFolder(Paths.folder(of: path))
            if try create(path, file.text) {
                outcome.written.append(path)
            } else {
                outcome.kept.append(path)
            }
        }
        try makeFolder(Paths.folder(of: folder + "/" + ProjectTemplate.storePath))
        return outcome
    }

    /// - Returns: false where the file was there already.
    private static func create(_ path: String, _ text: String) throws(Problem) -> Bool {
        if Paths.exists(path) { return false }
        do {
            return try NewFile.make(path, Array(text.utf8), mode: 0o644)
        } catch {
            throw Problem(
                file: path, line: nil, pointer: .root,
                message: "\(error.words); choose another folder")
        }
    }

    private static func makeFolder(_ path: String) throws(Problem) {
        if path == "/" || Paths.isFolder(path) { return }
        try makeFolder(Paths.folder(of: path))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST, Paths.isFolder(path) else {
            throw problem(path, "cannot be made a folder")
        }
    }

    private static func problem(_ path: String, _ what: String) -> Problem {
        Problem(
            file: path, line: nil, pointer: .root,
            message: "\(what): \(String(cString: strerror(errno))); choose another folder")
    }
}
