// All tools of one config, ready to be called. How they come together is in CatalogLoader.swift.

package import Engine
package import JSON

/// One tool: what its manifest says and the way to its system. Shared and never changed: a call
/// hands it on many times.
package final class CatalogTool: Sendable {
    package let manifest: Manifest
    package let connector: any Connector
    /// The manifest's file as people see it.
    package let file: String
    /// What relative paths of the manifest are relative to.
    package let folder: String
    /// How its results are handed out where no other version of it has a say.
    let provenance: Provenance

    package var name: ToolName { manifest.name }

    package init(manifest: Manifest, connector: any Connector, file: String, folder: String) {
        self.manifest = manifest
        self.connector = connector
        self.file = file
        self.folder = folder
        provenance = Provenance([manifest])
    }
}

/// Shared and never changed, like its tools.
package final class Catalog: Sendable {
    /// Sorted by name.
    package let tools: [CatalogTool]
    /// What is wrong: with manifests that were refused, and with the config's references to them.
    package let problems: [Problem]
    /// Those among the problems that are of the config's rules: what they are meant to hold they
    /// may not hold.
    package let ruleProblems: [Problem]
    package let warnings: [Problem]
    /// The files that were read, refused ones included.
    package let files: [String]
    /// Those among the files that are not whole and stand for what they were before.
    let kept: Set<String>
    /// What the tools were made from.
    let candidates: [CatalogCandidate]
    private let byName: [ToolName: CatalogTool]
    private let byDigest: [ManifestDigest: Pinned]
    /// What the engine needs to know of each.
    package let engineTools: [ToolName: Tool]
    let maker: ConnectorMaker

    /// A tool and what a run pins with it.
    private struct Pinned {
        let tool: CatalogTool
        let pins: [ToolPin]
    }

    init(
        candidates: [CatalogCandidate], problems: [Problem], ruleProblems: [Problem],
        warnings: [Problem], files: [String], kept: Set<String>, maker: ConnectorMaker
    ) {
        tools = candidates.map(\.tool).sorted { $0.name < $1.name }
        self.candidates = candidates
        self.problems = problems + ruleProblems
        self.ruleProblems = ruleProblems
        self.warnings = warnings
        self.files = files
        self.kept = kept
        self.maker = maker
        let byName = Dictionary(uniqueKeysWithValues: tools.map { ($0.name, $0) })
        self.byName = byName
        byDigest = Dictionary(
            uniqueKeysWithValues: tools.map { tool in
                let pins = Catalog.pins(of: [tool], among: byName)
                return (tool.manifest.digest, Pinned(tool: tool, pins: pins))
            })
        engineTools = byName.mapValues(\.manifest.tool)
    }

    /// Reads every manifest of `configuration`. A broken one is among the problems, and the
    /// others still load.
    package static func load(
        _ configuration: Configuration, kinds: [any ConnectorKind],
        in surroundings: Surroundings
    ) -> Catalog {
        load(
            .of(configuration, known: [], in: surroundings),
            by: ConnectorMaker(kinds: kinds, configuration: configuration))
    }

    static func load(_ sight: ToolSight, by maker: ConnectorMaker) -> Catalog {
        var loader = CatalogLoader(maker: maker, sight)
        return loader.load(sight.files)
    }

    /// The catalog that follows this one once the files are as `sight` has them.
    func reloaded(_ sight: ToolSight) -> Catalog {
        var loader = CatalogLoader(maker: maker, sight, from: self)
        return loader.load(sight.files)
    }

    package func tool(named name: ToolName) -> CatalogTool? { byName[name] }

    /// The tool whose manifest, as it is now, has this digest.
    package func tool(digest: ManifestDigest) -> CatalogTool? { byDigest[digest]?.tool }

    /// The tool's version and those of every tool it names, each once, sorted.
    func pins(of tool: CatalogTool) -> [ToolPin] {
        byDigest[tool.manifest.digest]?.pins ?? pins(of: [tool])
    }

    /// The same for several tools.
    func pins(of tools: [CatalogTool]) -> [ToolPin] { Catalog.pins(of: tools, among: byName) }

    private static func pins(
        of tools: [CatalogTool], among byName: [ToolName: CatalogTool]
    ) -> [ToolPin] {
        var found: [ToolName: ManifestDigest] = [:]
        var pending = tools.map(\.manifest)
        while let manifest = pending.popLast() {
            guard found.updateValue(manifest.digest, forKey: manifest.name) == nil else {
                continue
            }
            let named = [
                manifest.verify?.call.tool, manifest.compensate?.tool, manifest.after?.call.tool,
                manifest.refresh?.call.tool,
            ]
            pending += named.compactMap { $0 }.compactMap { byName[$0]?.manifest }
        }
        return found.map { ToolPin(tool: $0.key, manifest: $0.value) }
            .sorted { $0.tool < $1.tool }
    }

    /// What an agent launched with `profile` may see and call, sorted by name.
    package func tools(for profile: Profile) -> [CatalogTool] {
        allowed(by: profile).filter(\.manifest.agent)
    }

    /// What `profile` names, tools that are not for agents included: for people.
    package func allowed(by profile: Profile) -> [CatalogTool] {
        let names = Set(profile.allow)
        return tools.filter { names.contains($0.name) }
    }

    /// Revives a tool from the manifest that a run has pinned, which may have changed or gone.
    package func tool(fromPinned content: JSONValue) throws(Problems) -> CatalogTool {
        let name = content["name"]?.stringValue ?? "?"
        let document = SourceDocument(value: content, shownAs: "pinned manifest of \(name)")
        let manifest = try Manifest.read(document)
        let folder = byName[manifest.name]?.folder ?? maker.configuration.folder
        return try maker.tool(manifest, of: document, folder: folder)
    }
}

/// Makes the connectors of manifests.
struct ConnectorMaker: Sendable {
    let kinds: [any ConnectorKind]
    let configuration: Configuration

    func tool(
        _ manifest: Manifest, of document: SourceDocument, folder: String
    ) throws(Problems) -> CatalogTool {
        let place = JSONPointer(tokens: ["connector"])
        guard let kind = kinds.first(where: { $0.name == manifest.connectorKind }) else {
            throw Problems([
                document.problem(
                    place.appending("kind"),
                    "this host has no connector `\(manifest.connectorKind)`")
            ])
        }
        do {
            let connector = try kind.connector(
                for: manifest.connector, of: context(of: manifest, folder: folder))
            return CatalogTool(
                manifest: manifest, connector: connector, file: document.file, folder: folder)
        } catch {
            throw Problems([document.problem(place.appending(error.pointer), error.message)])
        }
    }

    private func context(of manifest: Manifest, folder: String) -> ConnectorContext {
        ConnectorContext(
            tool: manifest.name, delivery: manifest.tool.delivery, input: manifest.input,
            output: manifest.output, folder: folder, databases: configuration.databases,
            secrets: configuration.secrets, stateFolder: configuration.stateFolder,
            notFound: manifest.notFound)
    }
}
