// Samples for what the core may not say. Each ban is shown to bite, and to leave its
// neighbours alone.

import Testing

@Suite struct CoreRuleTests {
    private func findings(_ text: String, target: String = "Engine") -> [Finding] {
        CoreRules.banned(SwiftSource(path: "Sources/\(target)/A.swift", text: text))
    }

    @Test(arguments: [
        "let a = try? b()", "let a = try! b()", "let a = b as? C", "let a = b as! C",
        "let a = b!", "let a = b()!", "let a = b[0]!.c", "var a: Int!", "let a = \"1\"!",
        "f(\"\\(a!)\")",
        "    default: break", "    @unknown default: break", "switch a { case .b: 1; default: 2 }",
        "var a: Any", "let a: [Any] = []", "class A: AnyObject {}", "let a: AnyHashable = 1",
        "let a = Date()", "let a = Date.now", "let a = ContinuousClock()", "let a = UUID()",
        "let a = Int.random(in: 0..<9)", "let a = b.randomElement()", "let a = b.shuffled()",
        "print(1)", "func a() async {}", "await b()", "fatalError()",
        "for a in b.keys {", "for (a, c) in zip(b.values, d) {", "b.keys.forEach { c($0) }",
    ])
    func bannedCodeIsFound(_ text: String) {
        let found = findings("// A file.\n" + text)
        #expect(found.count == 1)
        #expect(found.first?.line == 2)
        #expect(found.first?.rule == "core")
    }

    @Test(arguments: [
        "// try? a as! b, await Date()", "let a = \"try! print(Any) default:\"",
        "let a = try b()", "let a = b as C", "if a != b {}", "if !a {}", "let a = !b",
        "a[b, default: 0] += 1", "let a: any Error", "let Anything = 1", "let anyOf = 1",
        "let a = updated()", "Date(milliseconds: 1)", "a.print(1)", "func print(_ a: Int) {}",
        "let asynchronous = 1", "case random", "let fatalErrors = 1", "case .defaulted: 1",
        "for a in b.keys.sorted() {", "for a in b.members {", "let a = b.values",
        "if a !== b {}",
    ])
    func otherCodePasses(_ text: String) {
        #expect(findings(text).report == "")
    }

    @Test func onlyTheCoreIsHeldToIt() {
        for target in ["JSON", "Proofs", "JSONSchema", "MCP", "Engine"] {
            #expect(findings("await a()", target: target).count == 1)
        }
        #expect(findings("await a()", target: "Host") == [])
        let test = SwiftSource(path: "Tests/EngineTests/A.swift", text: "await a()")
        #expect(CoreRules.banned(test) == [])
    }

    @Test func theFindingSaysWhatToDo() {
        #expect(
            findings("let a = 1\nlet b = c!").report
                == "Sources/Engine/A.swift:2: core: "
                + "`!` hides a reason; use `guard let` with a rejection")
    }
}
