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
        let draft = path + ".\(getpid()).new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw problem(path, "cannot be written") }
        defer { unlink(draft) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let fault = problem(path, "cannot be written")
                close(descriptor)
                throw fault
            }
            rest = rest.dropFirst(count)
        }
        close(descriptor)
        // A link, unlike a renaming, never replaces what somebody else has put there meanwhile.
        if link(draft, path) == 0 { return true }
        guard errno == EEXIST else { throw problem(path, "cannot be written") }
        return false
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
