// Import directions: who may import whom, in the sources and in Package.swift.

enum ImportRules {
    static let name = "imports"

    private static let statement = Pattern(
        #"^[ \t]*(?:@\w+(?:\(\w+\))?[ \t]+)*"#
            + #"(?:(?:public|package|internal|fileprivate|private)[ \t]+)?"#
            + #"import[ \t]+(?:(?:struct|class|enum|protocol|func|var|let|typealias)[ \t]+)?(\w+)"#)

    /// Each file of a target imports only what the target's row allows.
    static func directions(_ source: SwiftSource, in layout: Layout = .holdfast) -> [Finding] {
        guard let target = source.target else { return [] }
        guard let row = layout.row(target) else {
            return [
                source.finding(
                    1, name, "the target \(target) has no row; add it to the table in Layout.swift")
            ]
        }
        return imports(of: source).filter { !row.allows($0.module) }.map { found in
            source.finding(
                found.line, name,
                "\(target) may not import \(found.module); "
                    + "move the code to a target that may, or pass what it needs as an argument")
        }
    }

    /// Each package's module is imported by exactly one target, so that it can be replaced there.
    /// `wanted` are the modules that Package.swift pays for.
    static func singleImporters(
        _ sources: [SwiftSource], wanted: [String]
    ) -> [Finding] {
        var importers: [String: [(target: String, source: SwiftSource, line: Int)]] = [:]
        for source in sources {
            guard let target = source.target else { continue }
            for found in imports(of: source) where wanted.contains(found.module) {
                importers[found.module, default: []].append((target, source, found.line))
            }
        }
        return wanted.flatMap { module -> [Finding] in
            guard let all = importers[module], let first = all.first else {
                return [
                    Finding(
                        path: "Package.swift", line: 1, rule: name,
                        advice: "no target imports \(module); remove the package")
                ]
            }
            return all.filter { $0.target != first.target }.map { other in
                other.source.finding(
                    other.line, name,
                    "\(module) is already imported by \(first.target); "
                        + "ask that target for what you need from it")
            }
        }
    }

    static func imports(of source: SwiftSource) -> [(module: String, line: Int)] {
        statement.matches(in: source.code).map { match in
            // The match may begin with the blank remains of a comment above; its end does not.
            (match.groups[1], source.line(at: match.range.upperBound - 1))
        }
    }

    /// The targets of Package.swift name only what their row allows.
    static func manifest(_ manifest: Manifest, in layout: Layout = .holdfast) -> [Finding] {
        manifest.targets.flatMap { target -> [Finding] in
            guard let row = layout.row(target.name) else {
                return [
                    manifest.finding(
                        target.line, name,
                        "the target \(target.name) has no row; add it to the table in Layout.swift")
                ]
            }
            return target.dependencies.filter { !row.allows($0) }.map { dependency in
                manifest.finding(
                    target.line, name,
                    "\(target.name) may not depend on \(dependency); remove the dependency")
            }
        }
    }
}
