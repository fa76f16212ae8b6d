// Samples for the tables that ARCHITECTURE.md keeps: prices of packages, tests of invariants.

import Testing

@Suite struct DependencyRuleTests {
    private let manifest = Manifest(
        text: """
            .package(url: "https://example.com/apple/swift-crypto", exact: "4.5.2"),
            .package(url: "https://example.com/jpsim/Yams.git", exact: "6.2.2"),
            """)

    private func findings(_ rows: String, manifest: Manifest? = nil) -> String {
        let head = "# How it works\n\n## What has a price\n\nWords.\n\n| a | b |\n|---|---|\n"
        let text = head + rows
        return DependencyRules.check(manifest ?? self.manifest, architecture: text).report
    }

    @Test func aPricedPackagePasses() {
        #expect(findings("| swift-crypto 4.5.2 | hashes |\n| `yams` | YAML |\n") == "")
        #expect(findings("| [Swift-Crypto](x) | hashes |\n| Yams | YAML |\n\n| Other |") == "")
    }

    @Test func aPackageWithoutAPriceIsFound() {
        #expect(
            findings("| Yams | YAML |\n")
                == "Package.swift:1: dependencies: swift-crypto has no price; "
                + "add it to the table in ARCHITECTURE.md")
    }

    @Test func aPriceWithoutAPackageIsFound() {
        #expect(
            findings("| swift-crypto | hashes |\n| Yams | YAML |\n| GRDB.swift | SQLite |\n")
                == "ARCHITECTURE.md:11: dependencies: Package.swift does not name GRDB.swift; "
                + "remove the row")
    }

    @Test(arguments: ["from: \"6.2.2\"", "branch: \"main\"", ".upToNextMinor(from: \"6.2.2\")"])
    func aLooseVersionIsFound(_ version: String) {
        let loose = Manifest(text: ".package(url: \"https://example.com/a/Yams\", \(version)),")
        #expect(
            findings("| Yams | YAML |\n", manifest: loose)
                == "Package.swift:1: dependencies: Yams may change under us; "
                + "pin it with `exact:`")
    }

    @Test(arguments: [nil, "# How it works\n", "## The price\n\n## Next\n\n| a |\n|---|\n"])
    func aMissingTableIsFound(_ architecture: String?) {
        let found = DependencyRules.check(manifest, architecture: architecture)
        #expect(found.map(\.path) == ["ARCHITECTURE.md"])
    }
}

@Suite struct InvariantRuleTests {
    private let tests: Set<String> = ["CrashTests", "noEffectTwice", "a halt stops"]

    /// A document whose nine rows name a test that exists, but for those given.
    private func findings(_ rows: [Int: String] = [:]) -> String {
        let all = (1...9).map { rows[$0] ?? "| \($0) | What holds. | `CrashTests` |\n" }
        let text = "## Invariants\n\n| # | what | tests |\n|--:|---|---|\n" + all.joined()
        return InvariantRules.check(architecture: text, tests: tests).report
    }

    @Test func nineInvariantsWithTestsPass() {
        #expect(findings() == "")
        #expect(findings([2: "| **2.** | `x` holds. | `CrashTests/noEffectTwice()` |\n"]) == "")
        #expect(findings([5: "| 5 | What holds. | `a halt stops`, `noEffectTwice` |\n"]) == "")
    }

    @Test func aMissingRowIsFound() {
        #expect(
            findings([3: ""])
                == "ARCHITECTURE.md:1: invariants: invariant 3 is missing; add its row")
    }

    @Test func aRowWithoutATestIsFound() {
        #expect(
            findings([1: "| 1 | `CrashTests` hold. | later |\n"])
                == "ARCHITECTURE.md:5: invariants: "
                + "invariant 1 names no test in backticks in its last column; name one")
    }

    @Test(arguments: ["gone", "CrashTests/gone()", "gone/noEffectTwice"])
    func aTestThatDoesNotExistIsFound(_ name: String) {
        #expect(
            findings([9: "| 9 | What holds. | `CrashTests`, `\(name)` |\n"])
                == "ARCHITECTURE.md:13: invariants: "
                + "there is no test `\(name)` for invariant 9; name one that exists")
    }

    @Test func aMissingFileIsFound() {
        #expect(
            InvariantRules.check(architecture: nil, tests: tests).report
                == "ARCHITECTURE.md:1: invariants: the file is missing; write it")
        #expect(InvariantRules.check(architecture: "# Words\n", tests: tests).count == 1)
    }

    @Test func theFailureContractNamesTestsThatExist() {
        func report(_ rows: String) -> String {
            let page =
                "# A\n\n| what | test |\n|---|---|\n\(rows)\n"
                + "## B\n\n| x | y |\n|---|---|\n| 1 | 2 |\n"
            return InvariantRules.check(contract: page, tests: tests).report
        }
        let path = "docs/failure-contract.md:5: invariants: "
        #expect(report("| a kill | `noEffectTwice`, `CrashTests` |\n") == "")
        #expect(
            report("| a kill | `noEffectTwice`, `gone` |\n")
                == path + "there is no test `gone`; name one that exists")
        #expect(
            report("| a `kill` | later |\n")
                == path + "the row names no test in backticks in its last column; name one")
        #expect(InvariantRules.check(contract: nil, tests: tests).count == 1)
        #expect(InvariantRules.check(contract: "| x | y |\n|---|---|\n", tests: tests).count == 1)
    }

    @Test func pythonTestsAreFoundByTheirName() {
        let text =
            "def test_one(desk):\nasync def test_two():\n    def test_three():\ndef helper():\n"
        #expect(
            PythonTestNames.names(path: "Tests/EndToEndTests/test_a.py", text: text)
                == ["test_one", "test_two"])
        #expect(PythonTestNames.names(path: "Scripts/test_a.py", text: text) == [])
    }

    @Test func testsAreFoundByTheirMark() {
        let text = """
            @Suite struct CrashTests {
                @Test func first() {}
                @Test("shown", arguments: [1, 2].map { $0 + 1 })
                func second(_ a: Int) {}
                @Test func `a raw name`() {}
                func helper() {}
            }
            struct Helper { func third() {} }
            // @Test func fourth() {}
            """
        let test = SwiftSource(path: "Tests/HostTests/A.swift", text: text)
        #expect(TestNames(test).names == ["CrashTests", "first", "second", "a raw name"])
        let source = SwiftSource(path: "Sources/Host/A.swift", text: text)
        #expect(TestNames(source).names == [])
    }
}
