// Each kind of refusal with its byte offset, and the limits at their edge and one past it.
import Foundation
import JSON
import Synchronization
import Testing

struct ParserErrorTests {
    typealias Code = JSONSyntaxError.Code

    func expect(
        _ text: [UInt8], _ code: Code, at offset: Int, limits: JSONLimits = .standard,
        location: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: JSONSyntaxError.self, sourceLocation: location) {
            try JSONParser.parse(text, limits: limits)
        }
        #expect(error == JSONSyntaxError(code, at: offset), sourceLocation: location)
        #expect(error?.message.contains("byte \(offset)") == true, sourceLocation: location)
    }

    @Test(arguments: [
        ("", Code.unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3),
        ("\"ab", .unexpectedEnd, 3), ("\"a\\", .unexpectedEnd, 3), ("\"\\u12", .unexpectedEnd, 5),
        ("tru", .unexpectedEnd, 3), ("-", .unexpectedEnd, 1), ("1.", .unexpectedEnd, 2),
        ("1e+", .unexpectedEnd, 3), ("{\"a\"", .unexpectedEnd, 4), ("{", .unexpectedEnd, 1),
        ("[1,]", .unexpectedByte, 3), ("{\"a\":1,}", .unexpectedByte, 7),
        ("[1 2]", .unexpectedByte, 3),
        ("{a:1}", .unexpectedByte, 1), ("trUe", .unexpectedByte, 2), ("+1", .unexpectedByte, 0),
        (".5", .unexpectedByte, 0), ("{\"a\" 1}", .unexpectedByte, 5), ("NaN", .unexpectedByte, 0),
        ("[1}", .unexpectedByte, 2), ("\u{A0}1", .unexpectedByte, 0), ("{1:2}", .unexpectedByte, 1),
        ("01", .invalidNumber, 1), ("-00", .invalidNumber, 2), ("-a", .invalidNumber, 1),
        ("[1.]", .invalidNumber, 3), ("[1.e3]", .invalidNumber, 3), ("[1e]", .invalidNumber, 3),
        ("1 1", .trailingBytes, 2), ("{}]", .trailingBytes, 2), ("1a", .trailingBytes, 1),
        ("{\"a\":1, \"a\":2}", .duplicateName, 8), ("{\"a\":1,\"\\u0061\":2}", .duplicateName, 7),
        ("[\"x\\uD800\"]", .loneSurrogate, 3), ("\"\\uDC00\"", .loneSurrogate, 1),
        ("\"\\uD800\\u0041\"", .loneSurrogate, 1), ("\"\\uD83D\\uD83D\\uDE02\"", .loneSurrogate, 1),
        ("\"a\\x\"", .invalidEscape, 2), ("\"\\u00g0\"", .invalidEscape, 1),
        ("\"a\nb\"", .controlCharacter, 2), ("\"\u{0}\"", .controlCharacter, 1),
        ("\u{FEFF}1", .byteOrderMark, 0),
    ])
    func namesTheByte(text: String, code: Code, offset: Int) {
        expect(Array(text.utf8), code, at: offset)
    }

    @Test(arguments: [
        [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xC3],
        [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
        [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xE2, 0x28, 0xA1],
    ] as [[UInt8]])
    func refusesInvalidUTF8(sequence: [UInt8]) {
        let text: [UInt8] = Array("[\"ab".utf8) + sequence
        expect(text + Array("\"]".utf8), .invalidUTF8, at: 4)
        expect(text, .invalidUTF8, at: 4)
    }

    @Test func acceptsTheEdgesOfUTF8() throws {
        for scalar in ["\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}",
            "\u{10000}", "\u{10FFFF}", "\u{7F}", "\u{2028}"]
        {
            let value = try JSONParser.parse("\"\(scalar)\"")
            #expect(value == .string(scalar))
        }
    }

    @Test func depthAtTheLimitAndOnePast() throws {
        let limits = JSONLimits(maxBytes: 1000, maxDepth: 3, maxNodes: 100)
        #expect(throws: Never.self) { try JSONParser.parse("[{\"a\":[1]}]", limits: limits) }
        expect(Array("[{\"a\":[[]]}]".utf8), .tooDeep, at: 7, limits: limits)
        let deep = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
        #expect(throws: Never.self) { try JSONParser.parse(deep(128)) }
        expect(Array(deep(129).utf8), .tooDeep, at: 128)
        // Depth is what is open at once, not how many containers there are.
        let wide = "[" + Array(repeating: "[[]]", count: 200).joined(separator: ",") + "]"
        let wideLimits = JSONLimits(maxBytes: 10_000, maxDepth: 3, maxNodes: 1000)
        #expect(throws: Never.self) { try JSONParser.parse(wide, limits: wideLimits) }
    }

    @Test func nodesAtTheLimitAndOnePast() {
        let limits = JSONLimits(maxBytes: 1000, maxDepth: 8, maxNodes: 4)
        #expect(throws: Never.self) { try JSONParser.parse("[1,{\"a\":2}]", limits: limits) }
        expect(Array("[1,{\"a\":2},3]".utf8), .tooManyNodes, at: 11, limits: limits)
    }

    @Test func bytesAtTheLimitAndOnePast() {
        let limits = JSONLimits(maxBytes: 5, maxDepth: 8, maxNodes: 4)
        #expect(throws: Never.self) { try JSONParser.parse("\"abc\"", limits: limits) }
        expect(Array("\"abcd\"".utf8), .tooLarge, at: 5, limits: limits)
    }

    @Test func theDeepestValueFitsASmallStack() throws {
        let depth = JSONLimits.deepestSafeDepth
        let limits = JSONLimits(maxBytes: 1_000_000, maxDepth: depth, maxNodes: 1000)
        let text =
            String(repeating: "[{\"a\":", count: depth / 2) + "1"
            + String(repeating: "}]", count: depth / 2)
        let written = Mutex<[String]>([])
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            do {
                let value = try JSONParser.parse(text, limits: limits)
                let same = try JSONParser.parse(value.prettyText, limits: limits)
                let canonical = String(decoding: try value.canonicalBytes(), as: UTF8.self)
                let agree = value == same && value.hashValue == same.hashValue
                    && value.firstNumberBeyondCanonical() == nil
                written.withLock { $0 = [value.compactText, canonical, "\(agree)"] }
            } catch {
                written.withLock { $0 = ["\(error)"] }
            }
            done.signal()
        }
        thread.stackSize = 512 * 1024
        thread.start()
        done.wait()
        let results = written.withLock { $0 }
        #expect(results.count == 3, "\(results.first ?? "nothing")")
        #expect(results.allSatisfy { $0 == text || $0 == "true" })
    }

    /// Every prefix and every one-byte change of a document is answered, never a crash.
    @Test func anyDamageIsAnswered() {
        let text = Array(#"{"a":[1,-2.5e+3,"é\n\uD83D\uDE02",true,null],"b":{"😂":"x"}}"#.utf8)
        var refused = 0
        for index in text.indices {
            let damages = [UInt8](0...255).map { byte -> [UInt8] in
                var copy = text
                copy[index] = byte
                return copy
            }
            for damaged in damages + [Array(text[..<index])] {
                do {
                    _ = try JSONParser.parse(damaged)
                } catch {
                    refused += 1
                    #expect(error.offset <= damaged.count)
                }
            }
        }
        #expect(refused > text.count * 100)
    }
}
