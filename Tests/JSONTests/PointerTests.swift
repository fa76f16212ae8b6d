// JSON pointers: the cases of RFC 6901 section 5 and what lies beside them.
import JSON
import Testing

struct PointerTests {
    static let document = #"""
        {"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}
        """#

    @Test(arguments: [
        ("/foo", "[\"bar\",\"baz\"]"), ("/foo/0", "\"bar\""), ("/", "0"), ("/a~1b", "1"),
        ("/c%d", "2"), ("/e^f", "3"), ("/g|h", "4"), ("/i\\j", "5"), ("/k\"l", "6"), ("/ ", "7"),
        ("/m~0n", "8"), ("", PointerTests.document),
    ])
    func standardCases(text: String, expected: String) throws {
        let pointer = try JSONPointer(parsing: text)
        #expect(pointer.description == text)
        let found = pointer.resolve(in: try JSONParser.parse(Self.document))
        #expect(try found == JSONParser.parse(expected))
    }

    @Test(arguments: [
        "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/+1", "/foo/-1", "/foo/", "/foo/1e0",
        "/foo/99999999999999999999", "/nope", "/foo/0/x", "//", "/foo/\u{661}",
    ])
    func nothingThere(text: String) throws {
        let pointer = try JSONPointer(parsing: text)
        #expect(pointer.resolve(in: try JSONParser.parse(Self.document)) == nil)
    }

    @Test func aNumberIsAMemberNameInAnObject() throws {
        let value: JSONValue = ["01": "a", "-": "b", "\u{E9}": 1]
        #expect(try JSONPointer(parsing: "/01").resolve(in: value) == "a")
        #expect(try JSONPointer(parsing: "/-").resolve(in: value) == "b")
        #expect(try JSONPointer(parsing: "/e\u{301}").resolve(in: value) == nil)
    }

    @Test func refusals() {
        let cases: [(String, JSONPointerError.Reason, Int)] = [
            ("a", .noLeadingSlash, 0), ("#/a", .noLeadingSlash, 0), ("~", .noLeadingSlash, 0),
            ("/a~", .badEscape, 2), ("/~2", .badEscape, 1), ("/a~/b", .badEscape, 2),
            ("/" + String(repeating: "x", count: JSONLimits.maxPointerBytes), .tooLong,
                JSONLimits.maxPointerBytes),
        ]
        for (text, reason, offset) in cases {
            let error = #expect(throws: JSONPointerError.self) { try JSONPointer(parsing: text) }
            #expect(error?.reason == reason)
            #expect(error?.offset == offset)
            #expect(error?.message.isEmpty == false)
        }
        let longest = "/" + String(repeating: "x", count: JSONLimits.maxPointerBytes - 1)
        #expect(throws: Never.self) { try JSONPointer(parsing: longest) }
    }

    @Test func buildingAndComparing() throws {
        let pointer = JSONPointer.root.appending("a/b").appending(index: 3).appending("~1")
        #expect(pointer.description == "/a~1b/3/~01")
        #expect(try JSONPointer(parsing: "/a~1b/3/~01") == pointer)
        #expect(pointer.tokens == ["a/b", "3", "~1"])
        #expect(JSONPointer.root.appending(pointer) == pointer)
        #expect(JSONPointer(tokens: ["\u{E9}"]) != JSONPointer(tokens: ["e\u{301}"]))
        #expect(JSONPointer(tokens: [""]) != .root)
        #expect(JSONPointer(tokens: ["a", "b"]) != JSONPointer(tokens: ["a/b"]))
        let sorted = try ["/b", "/a/1", "", "/a"].map { try JSONPointer(parsing: $0) }.sorted()
        #expect(sorted.map(\.description) == ["", "/a", "/a/1", "/b"])
    }
}
