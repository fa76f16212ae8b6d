// Codex's TOML as far as it is read: texts and lists under their full names, nothing guessed.

import Testing

@testable import Host

@Suite struct ClientTOMLTests {
    private func read(_ text: String) throws -> [String] {
        try TOMLAssignments.read(Array(text.utf8)).all.map { path, value in
            path.joined(separator: "/") + "=" + shown(value)
        }
    }

    private func shown(_ value: TOMLValue) -> String {
        switch value {
        case .text(let text): text
        case .list(let elements): "[" + elements.map(shown).joined(separator: "|") + "]"
        case .other: "?"
        }
    }

    @Test func aWholeFile() throws {
        let text = """
            # comment
            model = "gpt" # comment
            approval = 'never # "no comment'
            count = 1_000
            when = 2026-07-28T09:30:00Z
            "odd key".'x' = true
            notify = [
              "a", # one
              'b',
              ["c", 1], { d = "e", f = [1] },
            ]

            [mcp_servers.desk]
            command = "/bin/holdfast"
            args = ["serve", "--config", "/a b/holdfast.yaml"]
            env = { HOLDFAST_CONFIG = "/x", nested = { y = 'z' } }
            [mcp_servers."with.dot".env]
            A = ""
            [[profiles]]
            name = \"""
            two
            lines \\
                 joined\"""
            raw = '''
            C:\\path'''
            """
        #expect(
            try read(text) == [
                "model=gpt", "approval=never # \"no comment", "count=?", "when=?",
                "odd key/x=?", "notify=[a|b|[c|?]|?]", "mcp_servers/desk/command=/bin/holdfast",
                "mcp_servers/desk/args=[serve|--config|/a b/holdfast.yaml]",
                "mcp_servers/desk/env/HOLDFAST_CONFIG=/x", "mcp_servers/desk/env/nested/y=z",
                "mcp_servers/with.dot/env/A=", "profiles/name=two\nlines joined",
                "profiles/raw=C:\\path",
            ])
    }

    @Test func escapes() throws {
        #expect(try read(#"a = "\t\"\\\u00e9\U0001F600\x41""#) == ["a=\t\"\\é😀A"])
        #expect(try read("a = \"x\"\r\nb = 'y'\r\n") == ["a=x", "b=y"])
        #expect(try read("a.b . c = ''") == ["a/b/c="])
        #expect(try read("[a]\n[b]\n") == [])
        #expect(try read("a = {}\nb = []") == ["b=[]"])
    }

    @Test(arguments: [
        ("a", 1), ("a =", 1), ("= 1", 1), ("a = \"x", 1), ("a = 'x\n'", 1), ("a = 1 b = 2", 1),
        ("\n[a", 2), ("[]", 1), ("[[a]", 1), ("a = [1\nb = 2", 2), ("a = { b = 1", 1),
        (#"a = "\q""#, 1), (#"a = "\ud800""#, 1), (#"a = "\u12""#, 1), ("a = \"\"\"x", 1),
        ("ä = 1", 1), ("{}", 1), ("[a] b", 1), ("a = [1 2]", 1),
    ])
    func whatIsNotTOMLIsRefusedWithItsLine(text: String, line: Int) {
        #expect { try read(text) } throws: { ($0 as? TOMLFault)?.line == line }
    }

    @Test func bytesThatAreNoText() {
        #expect(throws: TOMLFault.self) { try TOMLAssignments.read([0x61, 0xff]) }
    }

    @Test(arguments: [("[", "]"), ("{ a = ", "}")]) func depthHasALimit(
        opening: String, closing: String
    ) throws {
        func nested(_ depth: Int) -> String {
            "a = " + String(repeating: opening, count: depth) + (opening == "[" ? "" : "1")
                + String(repeating: closing, count: depth)
        }
        let limit = HostLimits.tomlDepth
        #expect(throws: Never.self) { try read(nested(limit)) }
        #expect(throws: TOMLFault.self) { try read(nested(limit + 1)) }
    }
}
