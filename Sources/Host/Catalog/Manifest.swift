// One tool as its manifest describes it, whole and checked. How a file becomes one is in
// ManifestReader.swift; what the engine needs of it is its `tool`.

package import Engine
package import JSON
package import JSONSchema
package import MCP
import Proofs

package struct Manifest: Sendable {
    package let tool: Tool
    package let title: String?
    package let description: String
    package let version: String?
    /// False: only other manifests and people use it.
    package let agent: Bool
    package let input: JSONValue
    package let inputSchema: CompiledSchema
    package let output: JSONValue?
    package let outputSchema: CompiledSchema?
    /// The manifest's whole `connector` object.
    package let connector: JSONObject
    package let connectorKind: String
    /// What the model is told where the record is not there.
    package let notFound: String?
    package let verify: Verification?
    package let compensate: NamedCall?
    package let after: ReadBack?
    package let refresh: Refresh?
    /// What was done, in words for people.
    package let didTemplate: ValueTemplate?
    /// How long a client is kept waiting; nil: the host's default.
    package let waitMs: Int64?
    /// Arguments that must be there and not blank: without them the call is refused.
    package let evidence: [JSONPointer]
    /// Whether characters that nobody sees are taken out of what the model reads.
    package let stripsInvisible: Bool
    /// The manifest as it was written: what a run pins.
    package let content: JSONValue

    package var name: ToolName { tool.name }
    package var digest: ManifestDigest { tool.manifest }
    package var isWrite: Bool { tool.delivery.isWrite }

    /// What a client may expect, derived and never written by hand.
    package var annotations: ToolAnnotations {
        ToolAnnotations(
            readOnlyHint: !isWrite,
            destructiveHint: isWrite && tool.reversibility != .reversible,
            idempotentHint: !isWrite || tool.delivery == .natural,
            openWorldHint: !Manifest.closedKinds.contains(connectorKind)
                || tool.labels.changes.contains(.external))
    }

    /// Connectors that reach nothing beyond this machine's own data.
    private static let closedKinds = ["sql", "none"]

    /// Names that the host's own tools have.
    package static let reservedNames = [
        "run_begin", "run_status", "run_complete", "run_abort", "call_status", "call_cancel",
    ]
    /// Arguments that the host adds to tools.
    package static let reservedArguments = ["run_id", "idempotency_key"]
    /// The property that the host adds to results.
    package static let reservedResult = "holdfast"

    package static let digestDomain = "holdfast.manifest.v1"
}

/// A call of another tool that a manifest names.
package struct NamedCall: Sendable {
    package let tool: ToolName
    package let arguments: ValueTemplate
}

/// How an unknown outcome is found out.
package struct Verification: Sendable {
    package let call: NamedCall
    /// The probe's result satisfies it where the effect happened.
    package let found: CompiledSchema
    /// The probe's result as this tool's own.
    package let result: ValueTemplate?
    package let rule: VerifyRule
}

/// What is read back after the write.
package struct ReadBack: Sendable {
    package let call: NamedCall
    package let expect: CompiledSchema
}

/// What a call that was found stale starts from when it is attempted again.
package struct Refresh: Sendable {
    package struct Field: Hashable, Sendable {
        /// A place in the arguments.
        package let pointer: JSONPointer
        package let value: ValueTemplate
    }

    package let call: NamedCall
    package let set: [Field]
}

/// Everything found wrong with one file.
package struct Problems: Error, Hashable, Sendable, CustomStringConvertible {
    package let all: [Problem]

    package init(_ all: [Problem]) {
        precondition(!all.isEmpty, "A refusal says what is wrong.")
        self.all = all
    }

    package var description: String { all.map(\.description).joined(separator: "\n") }
}
