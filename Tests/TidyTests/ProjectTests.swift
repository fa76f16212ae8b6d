// Runs every rule over the project. A failure prints one line for each thing to be changed.

import Foundation
import Testing

/// One rule over the whole project. Each stands alone, so that a failing rule hides no other.
struct ProjectRule: Sendable, CustomTestStringConvertible {
    let name: String
    let check: @Sendable (Project) -> [Finding]

    var testDescription: String { name }

    static func eachSwiftFile(
        _ name: String, _ check: @escaping @Sendable (SwiftSource) -> [Finding]
    ) -> ProjectRule {
        ProjectRule(name: name) { project in project.swift.flatMap(check) }
    }

    static func eachTextFile(
        _ name: String, _ check: @escaping @Sendable (String, String) -> [Finding]
    ) -> ProjectRule {
        ProjectRule(name: name) { project in
            project.files.flatMap { check($0.path, $0.text) }
        }
    }

    static let all: [ProjectRule] = [
        eachSwiftFile("imports go one way") { ImportRules.directions($0) },
        ProjectRule(name: "Package.swift follows the layout") { project in
            ImportRules.manifest(Manifest(text: project.text("Package.swift") ?? ""))
        },
        ProjectRule(name: "each package has one importer") { project in
            let manifest = Manifest(text: project.text("Package.swift") ?? "")
            return ImportRules.singleImporters(project.swift, wanted: manifest.modules)
        },
        eachSwiftFile("the core is pure") { CoreRules.banned($0) },
        eachSwiftFile("escapes carry a proof") { ShellRules.provenEscapes($0) },
        eachSwiftFile("no task runs loose", ShellRules.noUnstructuredTasks),
        eachSwiftFile("only the command line prints") { ShellRules.noPrinting($0) },
        ProjectRule(name: "few actors") { ShellRules.fewActors($0.swift) },
        eachSwiftFile("files are small", SizeRules.files),
        eachSwiftFile("functions are small", SizeRules.functions),
        eachSwiftFile("lines are short", SizeRules.columns),
        eachSwiftFile("files say what lives in them", HeadRule.check),
        ProjectRule(name: "dependencies have a price") { project in
            DependencyRules.check(
                Manifest(text: project.text("Package.swift") ?? ""),
                architecture: project.text("ARCHITECTURE.md"))
        },
        eachTextFile("work is finished") { LeftoverRules.unfinishedWork(path: $0, text: $1) },
        eachTextFile("no path of one machine") { LeftoverRules.machinePaths(path: $0, text: $1) },
        eachTextFile("no registry's host") { LeftoverRules.registryHosts(path: $0, text: $1) },
        ProjectRule(name: "invariants have tests") { project in
            InvariantRules.check(
                architecture: project.text("ARCHITECTURE.md"),
                tests: project.swiftTests)
        },
        ProjectRule(name: "the failure contract has tests") { project in
            InvariantRules.check(
                contract: project.text(InvariantRules.contract),
                tests: project.swiftTests.union(project.pythonTests))
        },
    ]
}

@Suite struct ProjectTests {
    @Test(arguments: ProjectRule.all)
    func projectFollows(_ rule: ProjectRule) {
        let findings = rule.check(.current)
        if findings.isEmpty { return }
        Issue.record("\(findings.count) to change:\n\(findings.report)")
    }

    /// A rule that sees no files finds nothing wrong; so this test must see some.
    @Test func filesAreFound() {
        let paths = Set(Project.current.files.map(\.path))
        #expect(paths.contains("Package.swift"))
        #expect(paths.contains("Tests/TidyTests/ProjectTests.swift"))
        #expect(Project.current.swift.contains { $0.target == "JSON" })
        #expect(!paths.contains { $0.hasPrefix(".git/") || $0.hasPrefix(".build/") })
        #expect(Project.current.unreadable == [])
    }

    /// Without git (a downloaded archive) the same sources are seen.
    @Test func walkingFindsWhatGitFinds() {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        let walked = Project.walkedPaths(root).filter { $0.hasSuffix(".swift") }
        let known = Project.current.swift.map(\.path)
            .filter { $0.hasPrefix("Tests/TidyTests/") }
            .map { String($0.dropFirst("Tests/TidyTests/".count)) }
        #expect(Set(walked) == Set(known))
    }

    @Test func packageSwiftIsUnderstood() throws {
        let manifest = Manifest(text: try #require(Project.current.text("Package.swift")))
        #expect(manifest.targets.contains { $0.name == "JSON" && $0.dependencies.isEmpty })
        #expect(manifest.targets.contains { $0.name == "holdfast" })
        #expect(manifest.modules == Layout.holdfast.packages)
        #expect(manifest.packages.count == manifest.modules.count)
    }

    @Test func aTargetImportsOnlyTargetsAboveIt() {
        var above: Set<String> = []
        for row in Layout.holdfast.rows {
            #expect(row.targets.isSubset(of: above), "\(row.target) imports one below it")
            above.insert(row.target)
        }
    }

    @Test func aFindingPrintsPlaceRuleAndAdvice() {
        let late = Finding(path: "B.swift", line: 2, rule: "size", advice: "break the line")
        let early = Finding(path: "A.swift", line: 10, rule: "size", advice: "break the line")
        #expect(
            [late, early, late].report
                == "A.swift:10: size: break the line\nB.swift:2: size: break the line")
    }
}

extension Project {
    fileprivate var swiftTests: Set<String> {
        swift.reduce(into: []) { $0.formUnion(TestNames($1).names) }
    }

    fileprivate var pythonTests: Set<String> {
        files.reduce(into: []) { $0.formUnion(PythonTestNames.names(path: $1.path, text: $1.text)) }
    }
}
