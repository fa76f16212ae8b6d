// From files to a catalog: every file by itself first, then what they say about one another.

import Engine
import JSON

/// A manifest that is right by itself.
struct CatalogCandidate {
    let file: ToolFile
    let document: SourceDocument
    let tool: CatalogTool
}

struct CatalogLoader {
    let maker: ConnectorMaker
    private(set) var problems: [Problem]
    private var warnings: [Problem] = []
    private var candidates: [CatalogCandidate] = []
    /// Names of manifests that were refused: others may name them without a second complaint.
    private var refused: Set<String> = []

    init(maker: ConnectorMaker, problems: [Problem] = []) {
        self.maker = maker
        self.problems = problems
    }

    mutating func load(_ files: [ToolFile]) -> Catalog {
        for file in files { read(file) }
        dropShadowedContext()
        refuseDuplicates()
        refuseBrokenLinks()
        checkProfiles()
        for candidate in candidates where !candidate.file.isContext {
            warnings += candidate.tool.manifest.warnings(in: candidate.document)
        }
        return Catalog(
            tools: candidates.map(\.tool), problems: problems, warnings: warnings,
            files: files.filter { !$0.isContext }.map(\.shown), maker: maker)
    }

    private mutating func read(_ file: ToolFile) {
        var name: String?
        do {
            let document = try file.document()
            name = document.value["name"]?.stringValue
            let manifest = try Manifest.read(document)
            let tool = try maker.tool(manifest, of: document, folder: file.folder)
            candidates.append(CatalogCandidate(file: file, document: document, tool: tool))
        } catch let problem as Problem {
            refuse(file, name, [problem])
        } catch let problems as Problems {
            refuse(file, name, problems.all)
        } catch {
            preconditionFailure("Reading a manifest throws only the two errors caught above.")
        }
    }

    private mutating func refuse(_ file: ToolFile, _ name: String?, _ found: [Problem]) {
        if !file.isContext { problems += found }
        if let name { refused.insert(name) }
    }

    /// A file given to `check` stands for the one of the config that has its name.
    private mutating func dropShadowedContext() {
        let given = Set(candidates.filter { !$0.file.isContext }.map(\.tool.name))
        candidates.removeAll { $0.file.isContext && given.contains($0.tool.name) }
    }

    /// Nobody can know which of two is meant, so neither is.
    private mutating func refuseDuplicates() {
        var files: [ToolName: [String]] = [:]
        for candidate in candidates {
            files[candidate.tool.name, default: []].append(candidate.file.shown)
        }
        refuseAll { candidate in
            let others = (files[candidate.tool.name] ?? []).filter {
                $0 != candidate.file.shown
            }
            guard !others.isEmpty else { return [] }
            return [
                candidate.document.problem(
                    JSONPointer(tokens: ["name"]),
                    "the name `\(candidate.tool.name)` is also that of "
                        + "\(others.joined(separator: ", ")); rename one")
            ]
        }
    }

    /// Refusing one tool may break another that names it, so this goes on until nothing changes.
    private mutating func refuseBrokenLinks() {
        var count = -1
        while count != candidates.count {
            count = candidates.count
            let links = CatalogLinks(
                tools: Dictionary(
                    uniqueKeysWithValues: candidates.map { ($0.tool.name, $0.tool.manifest) }),
                refused: refused)
            refuseAll { links.problems(of: $0.tool.manifest, in: $0.document) }
        }
    }

    private mutating func refuseAll(_ check: (CatalogCandidate) -> [Problem]) {
        var kept: [CatalogCandidate] = []
        var broken: [(CatalogCandidate, [Problem])] = []
        for candidate in candidates {
            let found = check(candidate)
            if found.isEmpty { kept.append(candidate) } else { broken.append((candidate, found)) }
        }
        candidates = kept
        for (candidate, found) in broken {
            refuse(candidate.file, candidate.tool.name.text, found)
        }
    }

    private mutating func checkProfiles() {
        let names = candidates.map(\.tool.name.text)
        for profile in maker.configuration.profiles {
            for (index, tool) in profile.allow.enumerated() {
                guard !names.contains(tool.text), !refused.contains(tool.text) else { continue }
                let place = JSONPointer(tokens: ["profiles", profile.name, "allow"])
                problems.append(
                    maker.configuration.problem(
                        place.appending(index: index), CatalogLoader.unknown(tool, among: names)))
            }
        }
    }

    private static func unknown(_ tool: ToolName, among names: [String]) -> String {
        if Manifest.reservedNames.contains(tool.text) {
            return "`\(tool)` is one of the host's own tools, which are always there; remove it"
        }
        let hint = NearestName.of(tool.text, among: names.sorted())
        return "there is no tool `\(tool)`; "
            + (hint.map { "did you mean \"\($0)\"?" } ?? "add its manifest or remove the name")
    }
}
