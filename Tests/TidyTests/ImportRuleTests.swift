// Samples for the import rules and for reading Package.swift.

import Testing

@Suite struct ImportRuleTests {
    private func findings(_ target: String, _ text: String) -> String {
        ImportRules.directions(SwiftSource(path: "Sources/\(target)/A.swift", text: text)).report
    }

    @Test(arguments: [
        ("JSON", "// import Foundation\nlet a = \"import Foundation\""),
        ("Proofs", "package import JSON\nimport Crypto"),
        ("Engine", "import JSON\nimport struct JSONSchema.Schema\npackage import Proofs"),
        ("Host", "import Foundation\nimport Dispatch\n@preconcurrency import Yams"),
        ("SQLite", "import CLinux\nimport GRDB"),
        ("holdfast", "import ArgumentParser\nimport Host"),
    ])
    func allowedImportsPass(_ target: String, _ text: String) {
        #expect(findings(target, text) == "")
    }

    @Test(arguments: [
        ("JSON", "import Foundation", "JSON may not import Foundation"),
        ("JSON", "import Synchronization", "JSON may not import Synchronization"),
        ("Engine", "package import MCP", "Engine may not import MCP"),
        ("Engine", "@_exported import struct Host.Loop", "Engine may not import Host"),
        ("MCP", "import Crypto", "MCP may not import Crypto"),
        ("SQLiteJournal", "private import GRDB", "SQLiteJournal may not import GRDB"),
        ("Host", "import FoundationNetworking", "Host may not import FoundationNetworking"),
        ("holdfast", "import SQLite", "holdfast may not import SQLite"),
    ])
    func otherImportsAreFound(_ target: String, _ text: String, _ said: String) {
        #expect(
            findings(target, "// A file.\n\n" + text)
                == "Sources/\(target)/A.swift:3: imports: \(said); "
                + "move the code to a target that may, or pass what it needs as an argument")
    }

    @Test func aTargetWithoutARowIsFound() {
        #expect(
            findings("Helpers", "")
                == "Sources/Helpers/A.swift:1: imports: "
                + "the target Helpers has no row; add it to the table in Layout.swift")
    }

    @Test func testsImportWhatTheyLike() {
        let source = SwiftSource(path: "Tests/JSONTests/A.swift", text: "import Foundation")
        #expect(ImportRules.directions(source) == [])
    }

    @Test func aPackageHasExactlyOneImporter() {
        let first = SwiftSource(path: "Sources/SQLite/A.swift", text: "import GRDB")
        let same = SwiftSource(path: "Sources/SQLite/B.swift", text: "import GRDB")
        let other = SwiftSource(path: "Sources/Host/A.swift", text: "\nimport GRDB")
        #expect(ImportRules.singleImporters([first, same], wanted: ["GRDB"]) == [])
        #expect(
            ImportRules.singleImporters([first, same, other], wanted: ["GRDB"]).report
                == "Sources/Host/A.swift:2: imports: GRDB is already imported by SQLite; "
                + "ask that target for what you need from it")
        #expect(
            ImportRules.singleImporters([first], wanted: ["GRDB", "Yams"]).report
                == "Package.swift:1: imports: no target imports Yams; remove the package")
    }

    private let package = """
        let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
        let core: [Target] = [
            pure("JSON", []),
            pure("SQLite", ["CLinux",
                grdb]),
            .target(name: "CLinux"),
            .executableTarget(
                name: "holdfast",
                dependencies: ["Host"]),
            tests("JSONTests", ["JSON"]),
        ]
        let packages: [Package.Dependency] = [
            .package(url: "https://example.com/groue/GRDB.swift", exact: "7.10.0"),
            .package(url: "https://example.com/jpsim/Yams.git", from: "6.2.2"),
        ]
        """

    @Test func packageSwiftIsReadByItsShape() {
        let manifest = Manifest(text: package)
        #expect(
            manifest.targets == [
                .init(name: "JSON", dependencies: [], line: 3),
                .init(name: "SQLite", dependencies: ["CLinux", "GRDB"], line: 4),
                .init(name: "CLinux", dependencies: [], line: 6),
                .init(name: "holdfast", dependencies: ["Host"], line: 7),
            ])
        #expect(
            manifest.packages == [
                .init(name: "GRDB.swift", isExact: true, line: 13),
                .init(name: "Yams", isExact: false, line: 14),
            ])
        #expect(manifest.modules == ["GRDB"])
    }

    @Test func packageSwiftFollowsTheLayout() {
        #expect(ImportRules.manifest(Manifest(text: package)) == [])
        let text = "pure(\"JSON\", [\"Engine\"]),\npure(\"Helpers\", [])"
        #expect(
            ImportRules.manifest(Manifest(text: text)).report == """
                Package.swift:1: imports: JSON may not depend on Engine; remove the dependency
                Package.swift:2: imports: the target Helpers has no row; \
                add it to the table in Layout.swift
                """)
    }
}
