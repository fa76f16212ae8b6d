// Samples for the lexer and what is read from its result: code stays, talk about code goes.

import Testing

@Suite struct LexerTests {
    @Test(arguments: [
        ("let a = b // try? c", "let a = b          "),
        ("a /* try? /* b */ c */ d", "a                      d"),
        (#"f("try? \"x\" as!")"#, #"f("              ")"#),
        (#"f("a \(try! g("x")) b")"#, #"f("   (try! g(" "))  ")"#),
        (##"f(#"a "quoted" \(b)"#)"##, ##"f(#"               "#)"##),
        (##"f(#"a \#(b!) c"#)"##, ##"f(#"    (b!)  "#)"##),
        (#"let r = /a"try!/ + b"#, #"let r = /      / + b"#),
        (##"let r = #/a"try!/#"##, ##"let r = #/      /#"##),
        ("a = b / c / d!", "a = b / c / d!"),
        ("#if os(Linux)\nx\n#endif", "#if os(Linux)\nx\n#endif"),
        ("let é = 1", "let __ = 1"),
        ("\"open\nlet a = 1", "\"    \nlet a = 1"),
    ])
    func commentsAndLiteralsAreBlanked(_ text: String, _ code: String) {
        #expect(SwiftSource(path: "A.swift", text: text).code == code)
    }

    @Test func aStringOfManyLinesKeepsItsLines() {
        let text = "a = \"\"\"\n  try? \"b\"\n  \"\"\"\nc!"
        let source = SwiftSource(path: "A.swift", text: text)
        #expect(source.code == "a = \"\"\"\n          \n  \"\"\"\nc!")
        #expect(source.codeLine(4) == "c!")
    }

    @Test func commentsAreKnownByLine() {
        let text = "// one\na /* two\n   three */ // four\n/// five\n"
        let source = SwiftSource(path: "A.swift", text: text)
        #expect(source.comments[1] == "one")
        #expect(source.comments[2] == "two")
        #expect(source.comments[3] == "three */four")
        #expect(source.comments[4] == "five")
    }

    @Test func aFinalNewlineIsNoLine() {
        #expect(SwiftSource(path: "A.swift", text: "a\nb\n").lines.count == 2)
        #expect(SwiftSource(path: "A.swift", text: "a\nb").lines.count == 2)
        #expect(SwiftSource(path: "A.swift", text: "").lines.count == 0)
    }

    @Test func aPlaceKnowsItsLine() {
        let source = SwiftSource(path: "A.swift", text: "ab\n\ncd\n")
        #expect([0, 2, 3, 4, 5].map(source.line) == [1, 1, 2, 3, 3])
    }
}
