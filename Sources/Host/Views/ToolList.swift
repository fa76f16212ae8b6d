// The tools of a config in words and as a document: what they do, and who may call them.

import Engine
package import JSON

package struct ToolList: Sendable {
    private let catalog: Catalog
    private let profiles: [Profile]

    package init(_ project: Project) {
        catalog = project.catalog()
        profiles = project.configuration.profiles
    }

    /// A line for every manifest that was refused.
    package var refusals: [String] { catalog.problems.map(\.description.shown) }

    package var document: JSONValue { .array(catalog.tools.map(document)) }

    package func text(_ style: TextStyle) -> String {
        if catalog.tools.isEmpty { return "" }
        var table = TextTable(["TOOL", "EFFECT", "DELIVERY", "FOR", "TITLE"])
        for tool in catalog.tools {
            let manifest = tool.manifest
            let names = agents(of: tool)
            table.add([
                tool.name.text, effect(of: manifest), manifest.tool.delivery.rawValue,
                names.isEmpty ? "people and other tools" : names.joined(separator: ", "),
                manifest.title ?? "",
            ])
        }
        return table.text(style)
    }

    /// Profiles whose agents may call it.
    private func agents(of tool: CatalogTool) -> [String] {
        guard tool.manifest.agent else { return [] }
        return profiles.filter { $0.allow.contains(tool.name) }.map(\.name)
    }

    private func effect(of manifest: Manifest) -> String {
        guard let reversibility = manifest.tool.reversibility else { return "read" }
        let held = manifest.tool.approval == nil ? "" : ", held"
        return "write, \(reversibility.rawValue)\(held)"
    }

    private func document(_ tool: CatalogTool) -> JSONValue {
        let manifest = tool.manifest
        return [
            "name": .string(tool.name.text), "title": .text(manifest.title),
            "description": .string(manifest.description),
            "kind": manifest.isWrite ? "write" : "read",
            "delivery": .string(manifest.tool.delivery.rawValue),
            "reversibility": .text(manifest.tool.reversibility?.rawValue),
            "approval": .text(manifest.tool.approval?.name),
            "agent": .bool(manifest.agent),
            "profiles": .array(agents(of: tool).map { .string($0) }),
            "connector": .string(manifest.connectorKind), "file": .string(tool.file),
            "manifest": .string(manifest.digest.description),
        ]
    }
}
