// What a yes is bound to. Any change of it makes another action, for which nobody has said yes.

package import Proofs
import JSON

/// The exact thing an approval speaks of (DESIGN section 7).
package struct Action: Hashable, Sendable {
    package let tool: ToolName
    package let manifest: ManifestDigest
    /// The salted commitment to the arguments: what the approver sees proves its opening.
    package let arguments: Commitment
    package let caller: Caller
    package let run: RunID

    package init(
        tool: ToolName, manifest: ManifestDigest, arguments: Commitment, caller: Caller,
        run: RunID
    ) {
        self.tool = tool
        self.manifest = manifest
        self.arguments = arguments
        self.caller = caller
        self.run = run
    }

    /// SHA-256 of `holdfast.action.v1`, a newline and the action's canonical JSON.
    package var digest: Digest {
        let json: JSONValue = [
            "tool": .string(tool.text), "manifest": .string(manifest.description),
            "arguments": .string(arguments.description), "profile": .string(caller.profile),
            "on_behalf_of": .string(caller.person), "run": .string(run.text),
        ]
        do {
            return try Digest.canonical(json, domain: "holdfast.action.v1")
        } catch {
            preconditionFailure("An action holds text only and so has a canonical form: \(error).")
        }
    }
}
