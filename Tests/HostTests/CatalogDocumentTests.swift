// Reading YAML and JSON: what is accepted, what it means, and at which line it is refused.

import Foundation
import Host
import JSON
import Testing

struct CatalogDocumentTests {
    private func parse(_ text: String, as file: String = "x.yaml") throws -> SourceDocument {
        try SourceDocument.parse(Array(text.utf8), shownAs: file)
    }

    private func refusal(_ text: String, as file: String = "x.yaml") -> String {
        do {
            return "accepted as \(try parse(text, as: file).value)"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ("true", "true"), ("False", "false"), ("yes", #""yes""#), ("no", #""no""#),
        ("on", #""on""#), ("~", "null"), ("", "null"), ("Null", "null"), ("nUll", #""nUll""#),
        ("12", "12"), ("-0", "-0"), ("+12", "12"), ("007", "7"), ("1.50", "1.50"),
        (".5", "0.5"), ("5.", "5.0"), ("1e5", "1e5"), ("1.5E-3", "1.5E-3"), ("0x1F", "31"),
        ("0o17", "15"), ("1_000", #""1_000""#), ("1.2.3", #""1.2.3""#), ("-", #"[null]"#),
        ("2026-07-28", #""2026-07-28""#), ("'12'", #""12""#), ("\"true\"", #""true""#),
        ("9007199254740993", "9007199254740993"), ("1:30", #""1:30""#), ("e5", #""e5""#),
        (".", #"".""#), ("+", #""+""#), ("0x", #""0x""#), ("-.5e+1", "-0.5e+1"),
    ])
    func scalars(text: String, json: String) throws {
        #expect(try parse("v: " + (text == "-" ? "[~]" : text)).value["v"]?.compactText == json)
    }

    @Test(arguments: [
        (".inf", ".inf"), ("-.Inf", "-.Inf"), (".nan", ".nan"),
        ("0xFFFFFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFFFF"),
    ])
    func numbersBeyondJSON(text: String, shown: String) {
        #expect(
            refusal("a: 1\nv: \(text)")
                == "x.yaml:2: /v: `\(shown)` is a number that JSON cannot hold; "
                + "put quotes around it or write another")
    }

    @Test(arguments: [
        (
            "a: 1\nb: 2\na: 3",
            "x.yaml:1: the key `a` stands more than once in one map; keep one of them"
        ),
        ("a: 1\nb: &x 2", "x.yaml:2: /b: the anchor `&x` is not accepted here; remove it"),
        (
            "a: &x [1]\nb: [*x, *x]",
            "x.yaml:2: the alias `*x` is not accepted here; write the value out"
        ),
        (
            "a: 1\n<<: { b: 2 }",
            "x.yaml:2: the merge key `<<` is not accepted here; write the keys out"
        ),
        (
            "a:\n  b: !!str 1",
            "x.yaml:2: /a/b: the tag `tag:yaml.org,2002:str` is not accepted here; remove it"
        ),
        ("a: !thing { b: 1 }", "x.yaml:1: /a: the tag `!thing` is not accepted here; remove it"),
        ("a:\n  1: x", "x.yaml:2: /a: the key `1` is not text; put quotes around it"),
        ("a:\n  true: x", "x.yaml:2: /a: the key `true` is not text; put quotes around it"),
        ("a:\n  ? [b]\n  : c", "x.yaml:2: /a: a key must be plain text; this one is not"),
        ("a: 1\n---\nb: 2", "x.yaml:2: a second document begins here; a file holds one document"),
        ("", "x.yaml: this file is empty; write the document"),
        ("# only words\n", "x.yaml: this file is empty; write the document"),
    ])
    func refused(text: String, message: String) {
        #expect(refusal(text) == message)
    }

    @Test func brokenYAMLNamesItsLine() {
        #expect(refusal("a: 1\nb: [1, 2\nc: 3").hasPrefix("x.yaml:3: this is not YAML: "))
        #expect(refusal("a: \"open").contains("x.yaml:"))
        #expect(refusal("a: *nobody").contains("x.yaml:1: this is not YAML: "))
    }

    /// Each line doubles the one before: as values there would be more than there is memory.
    @Test func aliasesThatMultiplyAreRefusedAtOnce() {
        var lines = ["l0: &l0 [x, x]"]
        for level in 1...64 {
            lines.append("l\(level): &l\(level) [*l\(level - 1), *l\(level - 1)]")
        }
        lines.append("? *l64\n: key")
        #expect(refusal(lines.joined(separator: "\n")).contains("the alias `*l0`"))
        // A break that only YAML counts as one hides nothing.
        #expect(refusal("a: &x [1]\nb: [1,\u{2028}*x]").contains("the alias `*x`"))
    }

    @Test func starsAndAmpersandsInTextAreText() throws {
        let document = try parse("a: Write *this* & that\nb: \"R&D *\"\nc: SELECT count(*)")
        #expect(document.value["a"] == "Write *this* & that")
    }

    @Test func depthHasALimit() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        let most = CatalogLimits.maxDepth
        for file in ["x.yaml", "x.json"] {
            #expect(throws: Never.self) { try self.parse(nested(most), as: file) }
            #expect(refusal(nested(most + 1), as: file).contains("nested deeper"))
        }
        // Far beyond any stack, in both of YAML's ways to nest.
        #expect(refusal(nested(200_000)).contains("x.yaml"))
        #expect(refusal(String(repeating: "- ", count: 200_000)).contains("x.yaml"))
        #expect(refusal(String(repeating: "? ", count: 200_000)).contains("x.yaml"))
    }

    @Test func sizeHasALimit() throws {
        let most = CatalogLimits.maxFileBytes
        let text = "a: " + String(repeating: "x", count: most - 3)
        #expect(try parse(text).value["a"]?.stringValue?.utf8.count == most - 3)
        #expect(refusal(text + "x").contains("longer than 1048576 bytes"))
    }

    @Test func valuesAreCounted() throws {
        func list(_ count: Int) -> String {
            "[" + String(repeating: "0,", count: count - 1) + "0]"
        }
        let most = CatalogLimits.maxNodes
        #expect(throws: Never.self) { try self.parse(list(most - 1)) }
        #expect(refusal(list(most)).contains("more than 50000 values"))
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect(throws: Problem.self) {
            try SourceDocument.parse([0x61, 0x3a, 0x20, 0xff], shownAs: "x.yaml")
        }
    }

    @Test func linesAreKeysOwn() throws {
        let yaml = try parse("a:\n  b:\n    - 1\n    - c: >\n        long\n        text\nd: 2\n")
        let json = try parse(
            "{\n \"a\": {\n  \"b\": [ 1,\n\n   {\"c\":\n  \"x\\\"]\"} ]\n }, \"d\": 2 }",
            as: "x.json")
        func line(_ document: SourceDocument, _ pointer: String) throws -> Int? {
            document.line(of: try JSONPointer(parsing: pointer))
        }
        #expect(try line(yaml, "/a") == 1)
        #expect(try line(yaml, "/a/b/1/c") == 4)
        #expect(try line(yaml, "/a/b/9/c") == 2)
        #expect(try line(yaml, "/d") == 7)
        #expect(try line(yaml, "/missing") == 1)
        #expect(try line(json, "/a") == 2)
        #expect(try line(json, "/a/b/0") == 3)
        #expect(try line(json, "/a/b/1/c") == 5)
        #expect(try line(json, "/d") == 7)
    }

    @Test func brokenJSONNamesItsLine() {
        #expect(
            refusal("{\n \"a\": 1,\n \"a\": 2 }", as: "x.json")
                == "x.json:3: an object has this member name twice; names must be unique "
                + "(at byte 12)")
    }

    @Test func filesThatAreNoneAreRefused() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.path + "/pipe.yaml", 0o600) == 0)
        for (name, words) in [
            ("pipe.yaml", "is not a regular file"), ("", "is not a regular file"),
            ("none.yaml", "cannot be opened: No such file or directory"),
        ] {
            let path = folder.path + "/" + name
            let problem = #expect(throws: Problem.self) {
                try SourceDocument.read(path: path, shownAs: name)
            }
            #expect(problem?.message.contains(words) == true)
        }
        try folder.write("big.yaml", String(repeating: "#", count: CatalogLimits.maxFileBytes + 1))
        let problem = #expect(throws: Problem.self) {
            try SourceDocument.read(path: folder.path + "/big.yaml", shownAs: "big.yaml")
        }
        #expect(
            problem?.description
                == "big.yaml: this file is longer than 1048576 bytes; split it or shorten it")
    }
}
