// Samples for the sentence at the head of a file.

import Testing

@Suite struct HeadRuleTests {
    private func findings(_ text: String, path: String = "Sources/JSON/A.swift") -> [Finding] {
        HeadRule.check(SwiftSource(path: path, text: text))
    }

    @Test(arguments: [
        "// Numbers as they were written. No arithmetic here.\n",
        "// A sentence that goes on\n// to the next line.\nimport JSON\n",
    ])
    func aSentencePasses(_ text: String) {
        #expect(findings(text) == [])
    }

    @Test(arguments: [
        "", "import JSON\n", "\n// Numbers as they were written.\n", "// Numbers\n",
        "/// Numbers as they were written.\n", "/* Numbers as they were written. */\n",
        "//  A.swift\n//  holdfast\n", "// swift-format-ignore-file: see the issue below.\n",
    ])
    func anythingElseIsFound(_ text: String) {
        #expect(
            findings(text).report
                == "Sources/JSON/A.swift:1: head: "
                + "begin with a `//` sentence that says what lives here and what must not")
    }

    @Test func packageSwiftBeginsWithItsToolsVersion() {
        let tools = "// swift-tools-version: 6.2\n"
        #expect(findings(tools + "// The graph of targets.\n", path: "Package.swift") == [])
        #expect(findings(tools + "import A\n", path: "Package.swift").map(\.line) == [2])
    }

    @Test func testsToo() {
        #expect(findings("import Testing\n", path: "Tests/JSONTests/A.swift").count == 1)
        #expect(findings("import Testing\n", path: "Benchmarks/A.swift") == [])
    }
}
