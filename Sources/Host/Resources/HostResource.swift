// The resources of a host: which there are, what they are called, and where they stand in the
// journal. What they say is in ResourceReader.swift.

import Engine
package import MCP

/// The families of resources, as their URIs name them (DESIGN section 4).
enum ResourceFamily: String, CaseIterable, Sendable {
    case runs, calls, approvals

    static let mimeType = "application/json"
    private static let variable = "id"

    private var prefix: String { "holdfast://\(rawValue)/" }

    var template: ResourceTemplate {
        switch self {
        case .runs:
            template("Run", "A run with its calls and what happened in them, in order.")
        case .calls:
            template("Call", "A call: its arguments, how it stands, what came of it and how.")
        case .approvals:
            template("Approval", "What a person is asked to decide, until when, what they said.")
        }
    }

    private func template(_ title: String, _ description: String) -> ResourceTemplate {
        ResourceTemplate(
            prefix: prefix, variable: ResourceFamily.variable, name: rawValue, title: title,
            description: description, mimeType: ResourceFamily.mimeType)
    }

    init?(of template: ResourceTemplate) {
        self.init(rawValue: template.name)
    }

    func uri(of id: some MintedID) -> ResourceURI {
        guard let uri = ResourceURI(prefix + id.text) else {
            preconditionFailure("An id is made of characters that a URI may have.")
        }
        return uri
    }

    /// What stands in place of the variable; nil for another family's.
    fileprivate func id(in uri: ResourceURI) -> String? {
        uri.text.hasPrefix(prefix) ? String(uri.text.dropFirst(prefix.count)) : nil
    }
}

/// One resource by what it is about.
enum HostResource: Hashable, Sendable {
    case run(RunID)
    case call(CallID)
    case approval(ApprovalID)

    /// Nil for what cannot be one of ours.
    init?(_ uri: ResourceURI) {
        for family in ResourceFamily.allCases {
            guard let id = family.id(in: uri) else { continue }
            self.init(family, id)
            return
        }
        return nil
    }

    /// Nil for what is no id of that family.
    init?(_ family: ResourceFamily, _ id: String) {
        let found: HostResource? =
            switch family {
            case .runs: RunID(id).map(HostResource.run)
            case .calls: CallID(id).map(HostResource.call)
            case .approvals: ApprovalID(id).map(HostResource.approval)
            }
        guard let found else { return nil }
        self = found
    }
}

/// What a host offers besides tools: fixed for every profile.
package enum HostOffer {
    static let resumeRun = "resume_run"
    static let runID = "run_id"

    package static let all = ServerOffer(
        resources: ResourceFamily.allCases.map(\.template),
        prompts: [
            PromptListing(
                name: resumeRun, title: "Resume a run",
                description: "Takes up a run after an interruption: says what was done in it, "
                    + "what is open and what to do next.",
                arguments: [
                    PromptListing.Argument(
                        name: runID, title: "Run", description: "The run to go on with.",
                        isRequired: true)
                ])
        ])
}
