// Samples for escapes and their proofs, loose tasks, printing and actors.

import Testing

@Suite struct ShellRuleTests {
    private func source(_ text: String, target: String = "Host") -> SwiftSource {
        SwiftSource(path: "Sources/\(target)/A.swift", text: text)
    }

    @Test(arguments: [
        "let a = try? b()", "let a = try! b()", "let a = b as? C", "let a = b as! C",
        "let a = b!", "final class A: @unchecked Sendable {}", "nonisolated(unsafe) var a = 1",
    ])
    func anEscapeNeedsAProof(_ escape: String) {
        let proof = "// The value was checked above."
        #expect(ShellRules.provenEscapes(source("\(proof)\n\(escape)")) == [])
        #expect(ShellRules.provenEscapes(source("\(escape)  \(proof)")) == [])
        #expect(ShellRules.provenEscapes(source("// The value\n// was checked.\n\(escape)")) == [])
        for bare in [
            escape, "\(proof)\n\n\(escape)", "\(proof)\nlet z = 1\n\(escape)",
            "// swift-format-ignore: NeverForceUnwrap NeverUseForceTry\n\(escape)",
            "// MARK: the other things\n\(escape)", "// It's fine\n\(escape)",
        ] {
            #expect(ShellRules.provenEscapes(source(bare)).count == 1, "\(bare)")
        }
    }

    @Test func anEscapeInTheCoreIsTheCoreRulesBusiness() {
        #expect(ShellRules.provenEscapes(source("let a = b!", target: "Engine")) == [])
    }

    @Test func theFindingNamesTheEscape() {
        #expect(
            ShellRules.provenEscapes(source("let a = b\nlet c = try? d()")).report
                == "Sources/Host/A.swift:2: escapes: `try?` without a proof; "
                + "say why it is right in a comment right above, or do without it")
    }

    @Test(arguments: [
        "Task { a() }", "Task{ a() }", "Task(priority: .low) { a() }", "Task.detached { a() }",
        "let a = Task<Void, Never> { b() }", "Task.init { a() }", "Task.immediate { a() }",
        "// A proof does not help here.\nTask { a() }",
    ])
    func aLooseTaskIsFound(_ text: String) {
        for target in ["Engine", "Host", "holdfast"] {
            #expect(ShellRules.noUnstructuredTasks(source(text, target: target)).count == 1)
        }
    }

    @Test(arguments: [
        "group.addTask { a() }", "try await Task.sleep(for: .seconds(1))", "Task.isCancelled",
        "// Task { }", "struct TaskList {}", "Task.checkCancellation()",
    ])
    func structuredTasksPass(_ text: String) {
        #expect(ShellRules.noUnstructuredTasks(source(text)) == [])
    }

    @Test func onlyTheCommandLinePrints() {
        #expect(ShellRules.noPrinting(source("print(1)", target: "holdfast")) == [])
        #expect(ShellRules.noPrinting(source("// print(1)\na.print(1)")) == [])
        #expect(
            ShellRules.noPrinting(source("\nprint(1)")).report
                == "Sources/Host/A.swift:2: printing: only the target holdfast prints; "
                + "return the text")
    }

    @Test func aThirdActorIsFound() {
        let two = source("actor A {}\n\n@available(*, unavailable) package final actor B {}")
        let none = source("// actor D {}\nlet actor = 1\nfunc f(actor name: Int) {}")
        let third = source("let a = 1\npackage actor C {}", target: "Connectors")
        let test = SwiftSource(path: "Tests/HostTests/A.swift", text: "actor A {}")
        #expect(ShellRules.fewActors([two, none, test]) == [])
        #expect(
            ShellRules.fewActors([two, none, third]).report
                == "Sources/Connectors/A.swift:2: actors: 3 actors, at most 2; "
                + "keep state in a value that an actor we have owns")
    }
}
