// What must always hold stands in ARCHITECTURE.md by number, and what becomes of each failure in
// docs/failure-contract.md: each with the tests that show it.

enum InvariantRules {
    static let name = "invariants"
    static let numbers = 1...9

    private static let quoted = Pattern("`([^`]+)`")
    private static let number = Pattern(#"^\W*(\d+)\W*$"#)

    /// `architecture` is nil where the file is missing. `tests` are the names that exist.
    static func check(architecture: String?, tests: Set<String>) -> [Finding] {
        guard let architecture else { return [finding(1, "the file is missing; write it")] }
        guard let table = MarkdownTable(below: "invariant", in: architecture) else {
            return [
                finding(
                    1,
                    "no table below a heading with the word invariant; number the invariants in "
                        + "the first column and name their tests in backticks in the last")
            ]
        }
        let rows = table.rows.compactMap { row in
            number.matches(in: row.cells.first ?? "").first.flatMap { Int($0.groups[1]) }
                .map { (number: $0, row: row) }
        }
        return numbers.flatMap { wanted -> [Finding] in
            guard let found = rows.first(where: { $0.number == wanted }) else {
                return [finding(table.line, "invariant \(wanted) is missing; add its row")]
            }
            return unknownTests(of: wanted, found.row, tests)
        }
    }

    private static func unknownTests(
        of number: Int, _ row: MarkdownTable.Row, _ tests: Set<String>
    ) -> [Finding] {
        let names = quoted.matches(in: row.cells.last ?? "").map { $0.groups[1] }
        if names.isEmpty {
            return [
                finding(
                    row.line,
                    "invariant \(number) names no test in backticks in its last column; name one")
            ]
        }
        return names.filter { !exists($0, tests) }.map { missing in
            finding(
                row.line,
                "there is no test `\(missing)` for invariant \(number); name one that exists")
        }
    }

    static let contract = "docs/failure-contract.md"

    /// Every row of every table of the page whose head ends with the word test names tests that
    /// exist. `page` is nil where the file is missing.
    static func check(contract page: String?, tests: Set<String>) -> [Finding] {
        let tables = MarkdownTable.all(in: page ?? "").filter { $0.head.last == "test" }
        if tables.isEmpty {
            return [
                Finding(path: contract, line: 1, rule: name, advice: "no table of tests; write one")
            ]
        }
        return tables.flatMap(\.rows).flatMap { row -> [Finding] in
            let names = quoted.matches(in: row.cells.last ?? "").map { $0.groups[1] }
            let wrong =
                names.isEmpty
                ? ["the row names no test in backticks in its last column; name one"]
                : names.filter { !exists($0, tests) }
                    .map { "there is no test `\($0)`; name one that exists" }
            return wrong.map { Finding(path: contract, line: row.line, rule: name, advice: $0) }
        }
    }

    /// A name may be a suite, a function, or `Suite/function()`: each part must exist.
    private static func exists(_ name: String, _ tests: Set<String>) -> Bool {
        let bare = name.hasSuffix("()") ? String(name.dropLast(2)) : name
        if tests.contains(bare) { return true }
        let parts = bare.split(separator: "/").map(String.init)
        return parts.count > 1 && parts.allSatisfy(tests.contains)
    }

    private static func finding(_ line: Int, _ advice: String) -> Finding {
        Finding(path: "ARCHITECTURE.md", line: line, rule: name, advice: advice)
    }
}

/// The names of the tests in a Python file of `Tests`.
enum PythonTestNames {
    private static let function = Pattern(#"(?m)^(?:async )?def (test_\w+)\("#)

    static func names(path: String, text: String) -> Set<String> {
        guard path.hasPrefix("Tests/"), path.hasSuffix(".py") else { return [] }
        return Set(function.matches(in: text).map { $0.groups[1] })
    }
}

/// The names of the tests that a file of `Tests` declares: functions under `@Test`, and the types
/// that hold some.
struct TestNames {
    private static let mark = Pattern(#"@Test\b"#)
    private static let function = Pattern(#"\bfunc\s+(?:`([^`\n]+)`|(\w+))"#)
    private static let type = Pattern(#"\b(?:struct|class|enum|actor|extension)\s+(\w+)[^{\n]*\{"#)

    let names: Set<String>

    init(_ source: SwiftSource) {
        guard source.isInTests else {
            names = []
            return
        }
        let marks = Self.mark.matches(in: source.code).map(\.range.lowerBound)
        let functions = Self.function.matches(in: source.code)
        // The function of a mark is the first one after it.
        let tests = marks.compactMap { mark in
            functions.first { $0.range.lowerBound > mark }
                .map { $0.groups[1].isEmpty ? $0.groups[2] : $0.groups[1] }
        }
        let suites = Self.type.matches(in: source.code).filter { match in
            let open = match.range.upperBound - 1
            let end = FunctionFinder.end(of: open, in: source.codeBytes)
            return marks.contains { open < $0 && $0 < end }
        }
        names = Set(tests).union(suites.map { $0.groups[1] })
    }
}
