// How tools look in tools/list: the manifest's schemas with the host's own arguments and receipt
// added to them.

import Engine
import JSON
package import MCP

extension ToolHost {
    /// Everything this profile may call, the host's own tools included.
    package var listings: [ToolListing] {
        offered(of: catalog).map(\.manifest.listing) + HostTool.allCases.map(\.listing)
    }

    /// What an agent sees of a catalog: what its profile names, without writes where it may only
    /// read. What it does not see is answered like what does not exist.
    func offered(of catalog: Catalog) -> [CatalogTool] {
        catalog.tools(for: profile).filter { policy.offers($0.manifest.tool) }
    }
}

extension Manifest {
    var listing: ToolListing {
        ToolListing(
            name: name.text, title: title, description: description,
            inputSchema: advertisedInput, outputSchema: advertisedOutput,
            annotations: annotations)
    }

    private var advertisedInput: JSONValue {
        var schema = input.objectValue ?? ["type": "object"]
        var properties = schema["properties"]?.objectValue ?? [:]
        properties["run_id"] = [
            "type": "string",
            "description": "The run this call belongs to, from run_begin. Optional.",
        ]
        if isWrite {
            properties["idempotency_key"] = [
                "type": "string", "minLength": 1, "maxLength": .integer(Limits.givenKeyBytes),
                "description":
                    "Optional. Set a new value to repeat an identical action on purpose.",
            ]
        }
        schema["properties"] = .object(properties)
        return .object(schema)
    }

    // What the manifest requires of a result holds only where there is one: the root stays a
    // plain object, and `if`/`then` says when.
    private var advertisedOutput: JSONValue? {
        guard var schema = output?.objectValue else { return nil }
        var properties = schema["properties"]?.objectValue ?? [:]
        properties[Manifest.reservedResult] = Receipt.schema
        let required = schema["required"] ?? []
        schema["properties"] = .object(properties)
        schema["required"] = [.string(Manifest.reservedResult)]
        schema["if"] = [
            "properties": [
                "holdfast": [
                    "properties": ["status": ["const": "succeeded"]],
                    "not": ["required": ["withheld"]],
                ]
            ]
        ]
        schema["then"] = ["required": required]
        return .object(schema)
    }
}
