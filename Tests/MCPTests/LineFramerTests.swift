// The framer: endings, marks, blank lines, the limit, and that chunk boundaries never show.

import MCP
import Testing

struct LineFramerTests {
    private func frame(_ text: String, limit: Int = 100) -> [FramedLine] {
        frame([Array(text.utf8)], limit: limit)
    }

    private func frame(_ chunks: [[UInt8]], limit: Int = 100) -> [FramedLine] {
        var framer = LineFramer(limitBytes: limit)
        var lines = chunks.flatMap { framer.receive($0) }
        if let last = framer.finish() { lines.append(last) }
        #expect(framer.finish() == nil, "a stream ends once")
        return lines
    }

    private func line(_ text: String) -> FramedLine { .line(Array(text.utf8)) }

    @Test func splitsAtNewlines() {
        #expect(frame("a\nbc\n") == [line("a"), line("bc")])
    }

    @Test func yieldsTheLastLineWithoutANewline() {
        #expect(frame("a\nbc") == [line("a"), line("bc")])
        #expect(frame("a\r") == [line("a")])
    }

    @Test func stripsOneCarriageReturnAndNoMore() {
        #expect(frame("a\r\nb\r\r\nc\rd\n") == [line("a"), line("b\r"), line("c\rd")])
    }

    @Test func stripsAByteOrderMarkAtTheVeryStartOnly() {
        #expect(frame("\u{FEFF}a\n\u{FEFF}b\n") == [line("a"), line("\u{FEFF}b")])
        #expect(frame("\n\u{FEFF}b\n") == [line("\u{FEFF}b")])
        #expect(frame("\u{FEFF}\na\n") == [line("a")])
    }

    @Test func dropsBlankLines() {
        #expect(frame("\n\r\n  \t\n\na\n \r\n") == [line("a")])
        #expect(frame("") == [])
    }

    @Test func acceptsALineAtTheLimitWhateverItsEnding() {
        for ending in ["\n", "\r\n", "", "\r"] {
            #expect(frame("12345678" + ending, limit: 8) == [line("12345678")])
            #expect(frame("\u{FEFF}12345678" + ending, limit: 8) == [line("12345678")])
        }
    }

    @Test func refusesALineOnePastTheLimitAndGoesOn() {
        #expect(frame("123456789\nok\n", limit: 8) == [.oversized(bytes: 9), line("ok")])
        #expect(frame("123456789", limit: 8) == [.oversized(bytes: 9)])
    }

    @Test func countsWhatItDiscards() {
        let long = String(repeating: "x", count: 5000)
        #expect(frame("\(long)\nok\n", limit: 8) == [.oversized(bytes: 5000), line("ok")])
        let chunks = Array(repeating: Array("xxxxx".utf8), count: 1000) + [Array("\nok".utf8)]
        #expect(frame(chunks, limit: 8) == [.oversized(bytes: 5000), line("ok")])
    }

    @Test func holdsNoMoreThanALine() {
        var framer = LineFramer(limitBytes: 8)
        for _ in 0..<100 {
            #expect(framer.receive(Array("xxxxx".utf8)) == [])
            #expect(framer.heldBytes <= 8 + 4, "mark and carriage return may still be stripped")
        }
        #expect(framer.heldBytes == 0)
    }

    @Test func chunkBoundariesNeverShow() {
        let text = "\u{FEFF}{\"a\":1}\r\n\r\n\nsecond é\n0123456789abcdefghijk\r\nlast"
        let bytes = Array(text.utf8)
        let whole = frame([bytes], limit: 16)
        #expect(whole.count == 4)
        for cut in 0...bytes.count {
            #expect(frame([Array(bytes[..<cut]), Array(bytes[cut...])], limit: 16) == whole)
        }
        #expect(frame(bytes.map { [$0] }, limit: 16) == whole)
    }

    @Test func readsTheRealLimitAndOnePast() {
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: MCPLimits.lineBytes / 16)
        let newline = [UInt8(ascii: "\n")]
        var framer = LineFramer()
        for _ in 0..<16 { #expect(framer.receive(piece) == []) }
        guard case .line(let longest) = framer.receive(newline).first else {
            Issue.record("a line at the limit was refused")
            return
        }
        #expect(longest.count == MCPLimits.lineBytes)
        for _ in 0..<16 { #expect(framer.receive(piece) == []) }
        let past = framer.receive([UInt8(ascii: "x")] + newline)
        #expect(past == [.oversized(bytes: MCPLimits.lineBytes + 1)])
    }
}
