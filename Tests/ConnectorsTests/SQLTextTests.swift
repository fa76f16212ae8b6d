// Reading the outline of SQL: parameters, words, ends, with everything that only looks like them.

import Testing

@testable import Connectors

@Suite struct SQLTextTests {
    @Test(arguments: [
        ("SELECT :a, :b, :a", ["a", "b"]),
        ("SELECT ':no', \":no\", `:no`, [:no], :yes", ["yes"]),
        ("SELECT 'it''s :no', :yes", ["yes"]),
        ("SELECT 1 -- :no\n, :yes", ["yes"]),
        ("SELECT 1 /* :no ' */ , :yes", ["yes"]),
        ("SELECT :a||:b", ["a", "b"]),
        ("SELECT 'a;b'", []),
    ])
    func findsParametersOutsideStringsAndComments(sql: String, names: [String]) {
        let outline = SQLText(sql)
        #expect(outline.parameters == names)
        #expect(!outline.hasSecondStatement)
        #expect(outline.unclosed == nil)
    }

    @Test(arguments: [
        "SELECT 1; DELETE FROM t", "SELECT 1;;SELECT 2", "SELECT 1; --x\n SELECT 2",
        "SELECT ';'; /* ; */ x",
    ])
    func findsASecondStatement(sql: String) { #expect(SQLText(sql).hasSecondStatement) }

    @Test(arguments: ["SELECT 1;", "SELECT 1 ; -- the end;", "SELECT 1;/* ; */ ;", "SELECT ';x'"])
    func acceptsTheEndOfOneStatement(sql: String) { #expect(!SQLText(sql).hasSecondStatement) }

    @Test(arguments: [
        ("select 1", "SELECT"), ("/* PRAGMA */ attach 'x'", "ATTACH"), ("-- x\nPragma y", "PRAGMA"),
        ("", ""), (" ; ", ""), ("-- only", ""), ("(PRAGMA x)", "("),
    ])
    func knowsTheFirstWord(sql: String, word: String) { #expect(SQLText(sql).firstWord == word) }

    @Test(arguments: [
        ("?", "?"), ("?12", "?12"), ("@name", "@name"), ("$name", "$name"), (": x", ":"),
    ])
    func namesParametersOfOtherForms(sql: String, form: String) {
        #expect(SQLText("SELECT " + sql).foreignParameter == form)
    }

    @Test(arguments: [
        ("'abc", "'"), ("\"abc", "\""), ("/* abc", "/*"), ("[abc", "["), ("'a''", "'"),
    ])
    func findsWhatIsNeverClosed(sql: String, mark: String) {
        #expect(SQLText("SELECT " + sql).unclosed == mark)
    }
}
