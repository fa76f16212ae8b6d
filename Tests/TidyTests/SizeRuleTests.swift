// Samples for sizes, each at its limit and one past it, and for finding functions at all.

import Testing

@Suite struct SizeRuleTests {
    private func file(lines: Int, path: String = "Sources/JSON/A.swift") -> SwiftSource {
        SwiftSource(path: path, text: String(repeating: "a\n", count: lines))
    }

    @Test func aFileHas400Lines() {
        #expect(SizeRules.files(file(lines: 400)) == [])
        #expect(
            SizeRules.files(file(lines: 401)).report
                == "Sources/JSON/A.swift:401: size: 401 lines, at most 400; "
                + "move one concept to its own file")
    }

    @Test func aTestFileHas600Lines() {
        #expect(SizeRules.files(file(lines: 600, path: "Tests/JSONTests/A.swift")) == [])
        #expect(SizeRules.files(file(lines: 601, path: "Tests/JSONTests/A.swift")).count == 1)
    }

    @Test func aLineHas100Columns() {
        let limit = String(repeating: "é", count: 100)
        #expect(SizeRules.columns(SwiftSource(path: "A.swift", text: limit)) == [])
        #expect(
            SizeRules.columns(SwiftSource(path: "A.swift", text: "\n\(limit)e")).report
                == "A.swift:2: size: 101 columns, at most 100; break the line")
    }

    /// A declaration whose body makes it `lines` long.
    private func function(_ head: String, lines: Int) -> SwiftSource {
        let body = String(repeating: "    f(\"}\") // }\n", count: lines - 2)
        return SwiftSource(path: "A.swift", text: "\n\(head) {\n\(body)}\n\nfunc g() {}\n")
    }

    @Test(arguments: [
        ("func long()", "long"), ("    package static func long<T>(_ a: T = {}()) -> [T]", "long"),
        ("func long() async throws(Fault) where T == Int", "long"),
        ("func `a long one`()", "`a long one`"), ("static func == (a: A, b: A) -> Bool", "=="),
        ("init(a: Int)", "init"), ("init?(a: Int)", "init"), ("deinit", "deinit"),
        ("subscript(a: Int) -> Int", "subscript"), ("var long: [Int]", "long"),
    ])
    func aFunctionHas69Lines(_ head: String, _ name: String) {
        #expect(SizeRules.functions(function(head, lines: 69)) == [])
        #expect(
            SizeRules.functions(function(head, lines: 70)).report
                == "A.swift:2: size: \(name) has 70 lines, at most 69; "
                + "name a part of it and move that out")
    }

    @Test func declarationsWithoutABodyAreNoFunctions() {
        let text = """
            protocol P {
                func a() throws(Fault) -> Int
                init(b: Int)
                var c: Int { get }
            }
            struct S {
                var d: Int
                var e: Int = { 1 }()
                init(f: Int) { self.init(f: f) }
            }
            """
        #expect(
            FunctionFinder(SwiftSource(path: "A.swift", text: text)).functions == [
                .init(name: "c", line: 4, lineCount: 1),
                .init(name: "init", line: 9, lineCount: 1),
            ])
    }
}
