// From files to a catalog: every file by itself first, then what they say about one another.

import Engine
import JSON

/// A manifest that is right by itself.
struct CatalogCandidate: Sendable {
    let file: ToolFile
    let document: SourceDocument
    let tool: CatalogTool
    /// The file as it was before it was read.
    let facts: FileFacts?
}

struct CatalogLoader {
    let maker: ConnectorMaker
    private let rules: CatalogRules
    /// What each file gave before: kept where it is not whole now.
    private let before: [ToolFile.Content: CatalogCandidate]
    private var sight: ToolSight?
    private(set) var problems: [Problem]
    private var warnings: [Problem] = []
    private var candidates: [CatalogCandidate] = []
    /// Names of manifests that were refused: others may name them without a second complaint.
    private var refused: Set<String> = []
    private var refusals = 0
    /// Files that stand for what they were before, as people see them.
    private var kept: Set<String> = []

    init(maker: ConnectorMaker, problems: [Problem] = []) {
        self.maker = maker
        rules = CatalogRules(maker.configuration)
        self.problems = problems
        before = [:]
    }

    /// Goes on from `catalog`: what is whole is taken, what is not stays as it was there.
    init(
        maker: ConnectorMaker, _ sight: ToolSight, from catalog: Catalog? = nil
    ) {
        self.maker = maker
        rules = CatalogRules(maker.configuration)
        self.sight = sight
        problems = sight.problems
        before = Dictionary(
            uniqueKeysWithValues: (catalog?.candidates ?? []).map { ($0.file.content, $0) })
    }

    mutating func load(_ files: [ToolFile]) -> Catalog {
        for file in files { take(file) }
        dropShadowedContext()
        settle()
        checkProfiles()
        let ruleProblems = rules.problems(
            among: candidates.map(\.tool.manifest), refused: refused)
        let links = links
        for candidate in candidates where !candidate.file.isContext {
            let manifest = candidate.tool.manifest
            warnings += manifest.warnings(in: candidate.document)
            warnings += links.warnings(of: manifest, in: candidate.document)
        }
        return Catalog(
            candidates: candidates, problems: problems, ruleProblems: ruleProblems,
            warnings: warnings, files: files.filter { !$0.isContext }.map(\.shown), kept: kept,
            maker: maker)
    }

    private mutating func take(_ file: ToolFile) {
        let facts = sight?.facts(of: file)
        if let facts, let known = before[file.content], known.facts == facts {
            candidates.append(known)
            return
        }
        var name: String?
        do {
            let document = try file.document()
            name = document.value["name"]?.stringValue
            let manifest = try Manifest.read(document)
            if !file.isHostsOwn, let reserved = manifest.reserved(in: document) { throw reserved }
            let problems = rules.problems(of: manifest, in: document)
            guard problems.isEmpty else { throw Problems(problems) }
            let tool = try maker.tool(manifest, of: document, folder: file.folder)
            candidates.append(
                CatalogCandidate(file: file, document: document, tool: tool, facts: facts))
        } catch let problem as Problem {
            refuse(file, name, [problem])
            candidates += earlier(file).map { [$0] } ?? []
        } catch let problems as Problems {
            refuse(file, name, problems.all)
            candidates += earlier(file).map { [$0] } ?? []
        } catch {
            preconditionFailure("Reading a manifest throws only the two errors caught above.")
        }
    }

    private mutating func refuse(_ file: ToolFile, _ name: String?, _ found: [Problem]) {
        refusals += 1
        if !file.isContext { problems += found }
        if let name { refused.insert(name) }
    }

    /// What stands for a file that is there, but not whole.
    private mutating func earlier(_ file: ToolFile) -> CatalogCandidate? {
        guard let known = before[file.content], sight?.isGone(file) == false else { return nil }
        kept.insert(file.shown)
        return known
    }

    /// A file given to `check` stands for the one of the config that has its name.
    private mutating func dropShadowedContext() {
        let given = Set(candidates.filter { !$0.file.isContext }.map(\.tool.name))
        candidates.removeAll { $0.file.isContext && given.contains($0.tool.name) }
    }

    /// Refusing one tool may break another that names it, and what it was before may clash with a
    /// third, so this goes on until nothing changes.
    private mutating func settle() {
        var seen = -1
        while seen != refusals {
            seen = refusals
            refuseDuplicates()
            if seen == refusals { refuseBrokenLinks() }
        }
    }

    /// The file that had a name before keeps it. Where none had, nobody can know which of two is
    /// meant, so neither is.
    private mutating func refuseDuplicates() {
        var files: [ToolName: [ToolFile]] = [:]
        for candidate in candidates {
            files[candidate.tool.name, default: []].append(candidate.file)
        }
        let before = self.before
        refuseAll { candidate in
            let name = candidate.tool.name
            let others = (files[name] ?? []).filter { $0.content != candidate.file.content }
            guard !others.isEmpty, before[candidate.file.content]?.tool.name != name else {
                return []
            }
            let shown = others.map(\.shown).joined(separator: ", ")
            return [
                candidate.document.problem(
                    JSONPointer(tokens: ["name"]),
                    "the name `\(name)` is also that of \(shown); rename one")
            ]
        }
    }

    private var links: CatalogLinks {
        CatalogLinks(
            tools: Dictionary(
                uniqueKeysWithValues: candidates.map { ($0.tool.name, $0.tool.manifest) }),
            refused: refused)
    }

    private mutating func refuseBrokenLinks() {
        let links = links
        refuseAll { links.problems(of: $0.tool.manifest, in: $0.document) }
    }

    private mutating func refuseAll(_ check: (CatalogCandidate) -> [Problem]) {
        let checked = candidates.map { ($0, check($0)) }
        candidates = []
        for (candidate, found) in checked {
            guard !found.isEmpty else {
                candidates.append(candidate)
                continue
            }
            refuse(candidate.file, candidate.tool.name.text, found)
            let digest = candidate.tool.manifest.digest
            if let known = earlier(candidate.file), known.tool.manifest.digest != digest {
                candidates.append(known)
            } else {
                kept.remove(candidate.file.shown)
            }
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
                        place.appending(index: index),
                        CatalogLoader.unknown(tool.text, among: names)))
            }
        }
    }

    static func unknown(_ tool: String, among names: [String]) -> String {
        if Manifest.reservedNames.contains(tool) {
            return "`\(tool)` is one of the host's own tools, which are always there; remove it"
        }
        let hint = NearestName.of(tool, among: names.sorted())
        return "there is no tool `\(tool)`; "
            + (hint.map { "did you mean \"\($0)\"?" } ?? "add its manifest or remove the name")
    }
}
