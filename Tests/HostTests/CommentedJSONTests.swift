// Comments and trailing commas: blanked where they are, and left where a text only looks like them.

import JSON
import Testing

@testable import Host

@Suite struct CommentedJSONTests {
    private func plain(
        _ text: String, _ extras: CommentedJSON.Extras = .commentsAndTrailingCommas
    ) throws -> String {
        let bytes = try CommentedJSON.plain(Array(text.utf8), without: extras)
        #expect(bytes.count == text.utf8.count, "places stay what they are")
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("// a\n1", "    \n1"), ("//\r\n1", "  \r\n1"), ("1 //", "1   "), ("1//é", "1    "),
        ("/**/1/* * / */", "    1         "), ("/*/*/1", "     1"), ("/* // */1", "        1"),
        ("// /*\n1", "     \n1"), ("[1,/*,*/]", "[1      ]"),
        ("{\"a\":1 , //\n}", "{\"a\":1     \n}"),
        ("[[],{},\"\",true,]", "[[],{},\"\",true ]"),
    ])
    func whatPlainJSONDoesNotHaveIsBlanked(_ text: String, _ expected: String) throws {
        #expect(try plain(text) == expected)
        _ = try JSONParser.parse(Array(try plain(text).utf8))
    }

    @Test(arguments: [
        #"["// a", "/* b", "*/"]"#, #"["\"// a"]"#, #"["\\"]"#, #"[",]", ",}"]"#,
        #"{"a": "x,", "https://b": "\\\"/*"}"#, "1", "", "[1,2]", #""open // text"#, #""open\"#,
    ])
    func whatIsNoneOfItStays(_ text: String) throws {
        #expect(try plain(text) == text)
    }

    @Test(arguments: [
        "[,]", "{,}", "[1,,]", #"{"a":,}"#, "[1,2,,]", ",", "/", "1/", "/ *1*/", "[1,",
    ])
    func whatIsWrongEverywhereStaysWrong(_ text: String) throws {
        let left = try plain(text)
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(Array(left.utf8)) }
    }

    @Test func commasStayWhereTheyAreNotAllowed() throws {
        #expect(try plain("[1,/**/] // x", .comments) == "[1,    ]     ")
    }

    @Test(arguments: ["/*", "/* *", "/*/", "1 /* /* ", "[1, /* ]"])
    func aCommentWithoutAnEndIsSaid(_ text: String) throws {
        let start = try #require(Array(text.utf8).firstIndex(of: UInt8(ascii: "/")))
        #expect(throws: CommentedJSON.UnendedComment(offset: start)) { try plain(text) }
    }
}
