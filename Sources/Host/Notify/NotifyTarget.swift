// Whom approvers' notices go to, as the config says, and the tool that each target becomes: a
// notice is a call like any other, with its retries, its record and its takeover. No sending here.

package import Engine
package import JSON

package struct NotifyTarget: Hashable, Sendable {
    /// How what is to be told leaves the host.
    package enum Means: Hashable, Sendable {
        /// Started with the notice on its standard input.
        case command([String])
        /// Posted to an address, signed with the secret of that name.
        case webhook(url: String, secret: String)
        /// Appended as a line.
        case file(String)
    }

    package let tool: ToolName
    /// In the order of ``NoticeKind``.
    package let kinds: [NoticeKind]
    package let means: Means

    package init(tool: ToolName, kinds: [NoticeKind], means: Means) {
        self.tool = tool
        self.kinds = kinds
        self.means = means
    }

    /// Names of the host's own tools begin so; no manifest of a file may have one.
    package static let reservedPrefix = "holdfast_"
    package static let toolPrefix = reservedPrefix + "notify_"

    /// The manifest of the tool that sends to it. `keyed`, since every means is given the call's
    /// id: what may have been sent is sent again under the same one.
    package var manifest: JSONValue {
        [
            "name": .string(tool.text),
            "title": .string("Notice to approvers"),
            "description": .string(
                "Tells people of a request for approval. The host calls it; no agent can."),
            "agent": false,
            "input": NoticeDocument.schema,
            "effect": ["kind": "write", "delivery": "keyed", "reversibility": "partial"],
            "approval": "none",
            "timeout": .string("15s"),
            "retry": ["attempts": 10, "first": "1s", "factor": 2, "max": "5m"],
            "audit": [
                "did": .string(
                    "Told people that {/arguments/approval_id} of {/arguments/tool} was "
                        + "{/arguments/kind}")
            ],
            "connector": connector,
        ]
    }

    private var connector: JSONValue {
        switch means {
        case .command(let argv):
            ["kind": "command", "argv": .array(argv.map { .string($0) })]
        case .webhook(let url, let secret):
            ["kind": "notice_webhook", "url": .string(url), "secret": .string(secret)]
        case .file(let path): ["kind": "notice_file", "path": .string(path)]
        }
    }

    /// For people, in short.
    var words: String {
        let means =
            switch means {
            case .command(let argv): argv[0]
            case .webhook(let url, _): url
            case .file(let path): path
            }
        let isAll = kinds == NoticeKind.allCases
        return means + (isAll ? "" : " (\(kinds.map(\.rawValue).joined(separator: ", ")))")
    }

    /// The tool as the catalog reads it, beside the manifests of files.
    func file(_ number: Int, of configuration: Configuration) -> ToolFile {
        ToolFile(
            shown: "notify[\(number)] of \(configuration.file)", folder: configuration.folder,
            content: .text(manifest.prettyText), isHostsOwn: true)
    }
}

extension Manifest {
    /// Whether only the host itself may have a tool like this one.
    var isReserved: Bool {
        name.text.hasPrefix(NotifyTarget.reservedPrefix)
            || ManifestKeys.hostsOwnKinds.contains(connectorKind)
    }

    /// Why a file's manifest may not be like this.
    func reserved(in document: SourceDocument) -> Problem? {
        guard isReserved else { return nil }
        let isName = name.text.hasPrefix(NotifyTarget.reservedPrefix)
        return document.problem(
            isName ? JSONPointer(tokens: ["name"]) : JSONPointer(tokens: ["connector", "kind"]),
            isName
                ? "names that begin with \(NotifyTarget.reservedPrefix) are the host's own; choose "
                    + "another"
                : "`\(connectorKind)` is for the host's own notices; the kinds are "
                    + ManifestKeys.connectorKinds.known.joined(separator: ", "))
    }
}
