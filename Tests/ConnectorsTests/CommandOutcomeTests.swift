// The table of exit codes and the reading of output, without a process.

import Engine
import JSON
import Testing

@testable import Connectors

@Suite struct CommandOutcomeTests {
    private func outcome(
        _ end: LeashedResult.End, output: String = "", errors: String = "", isWrite: Bool,
        secrets: [String] = []
    ) -> AttemptOutcome {
        let meaning = CommandOutcome(
            program: "/bin/tool", isWrite: isWrite, timeoutMs: 100, secrets: secrets)
        return meaning.outcome(
            of: LeashedResult(
                end: end, output: Array(output.utf8), errors: Array(errors.utf8)))
    }

    private static let classes: [Int32: FailureClass] = [
        64: .invalid, 65: .invalid, 69: .transient, 75: .transient, 73: .stale, 77: .permission,
        70: .fatal, 78: .fatal,
    ]

    @Test(arguments: Int32(0)...255)
    func everyExitCodeHasItsMeaning(code: Int32) {
        for isWrite in [false, true] {
            let outcome = outcome(.exited(code), errors: "words\n", isWrite: isWrite)
            if code == 0 {
                #expect(outcome.result == [:])
            } else if let expected = Self.classes[code] {
                #expect(outcome.failure?.kind == expected)
                #expect(outcome.failure?.message.contains("words") == true)
            } else if isWrite {
                #expect(outcome.unknownReason?.contains("words") == true)
            } else {
                #expect(outcome.failure?.kind == .fatal)
            }
        }
    }

    @Test(arguments: [.signalled(9), .timedOut, .stopped, .lost] as [LeashedResult.End])
    func endsWithoutACodeAreUnknownForAWrite(end: LeashedResult.End) {
        #expect(outcome(end, isWrite: true).unknownReason != nil)
        #expect(outcome(end, isWrite: false).failure?.kind == .fatal)
    }

    @Test func whatNeverStartedSurelyDidNothing() {
        for (passing, expected) in [(true, FailureClass.transient), (false, .fatal)] {
            let end = LeashedResult.End.notStarted(
                .init(message: "m", isLikelyToPass: passing))
            #expect(outcome(end, isWrite: true).failure?.kind == expected)
        }
    }

    @Test(arguments: ["", " \n\t ", "{}", "{}\n", " { } "])
    func emptyOutputIsAnEmptyObject(output: String) {
        #expect(outcome(.exited(0), output: output, isWrite: true).result == [:])
    }

    @Test(arguments: [
        "[]", "1", "\"x\"", "null", "{", "{} {}", "{\"a\":1,\"a\":2}", "hello", "\u{feff}{}",
    ])
    func otherOutputIsUnreadable(output: String) {
        let write = outcome(.exited(0), output: output, isWrite: true)
        #expect(write.unknownReason?.contains("unreadable output") == true)
        #expect(outcome(.exited(0), output: output, isWrite: false).failure?.kind == .fatal)
    }

    @Test func deepAndInvalidOutputIsUnreadable() {
        let deep = "{\"a\":" + String(repeating: "[", count: 100_000)
        #expect(outcome(.exited(0), output: deep, isWrite: true).unknownReason != nil)
        let meaning = CommandOutcome(program: "t", isWrite: true, timeoutMs: 1, secrets: [])
        let bytes: [UInt8] = Array("{\"a\":\"".utf8) + [0xff] + Array("\"}".utf8)
        let outcome = meaning.outcome(of: LeashedResult(end: .exited(0), output: bytes))
        #expect(outcome.unknownReason != nil)
    }

    @Test func outputOverTheLimitLeavesNoDoubtOfAWrite() {
        for isWrite in [false, true] {
            let meaning = CommandOutcome(
                program: "t", isWrite: isWrite, timeoutMs: 1, secrets: [])
            let output = [UInt8](repeating: UInt8(ascii: "{"), count: 9)
            let outcome = meaning.outcome(
                of: LeashedResult(end: .exited(0), output: output, droppedByteCount: 2))
            #expect(outcome.tooLargeByteCount == (isWrite ? 11 : nil))
            #expect((outcome.failure?.kind == .fatal) == !isWrite)
        }
    }

    @Test func largeIntegersComeBackAsText() {
        let outcome = outcome(.exited(0), output: "{\"n\":9007199254740993}", isWrite: false)
        #expect(outcome.result == ["n": "9007199254740993"])
    }

    @Test(
        arguments: [
            ("retry-after: 7", 7_000, ""), ("busy\nRetry-After:12\n \r\n", 12_000, ": busy"),
            ("busy\r\nretry-after: 0", 0, ": busy"),
            ("retry-after: 86400", 86_400_000, ""), ("retry-after: 86401", 86_400_000, ""),
            ("retry-after: 99999999999999999999", 86_400_000, ""),
            ("retry-after: 5\nretry-after: 6", 6_000, ": retry-after: 5"),
            ("retry-after: 7\nno", nil, ": retry-after: 7\nno"),
            ("retry-after: -1", nil, ": retry-after: -1"),
            ("retry-after: 1 2", nil, ": retry-after: 1 2"),
            ("retry-after: 1.5", nil, ": retry-after: 1.5"),
            ("retry-after: soon", nil, ": retry-after: soon"),
            ("retry-after: ٣", nil, ": retry-after: ٣"), ("retry-after:", nil, ": retry-after:"),
            ("", nil, "."), ("no retry-after: 1", nil, ": no retry-after: 1"),
        ] as [(String, Int64?, String)])
    func retryAfterIsTheLastLine(errors: String, ms: Int64?, said: String) {
        let asked = outcome(.exited(75), errors: errors, isWrite: true).failure
        #expect(asked?.kind == .transient && asked?.retryAfterMs == ms)
        let words = said.isEmpty ? "." : said
        #expect(asked?.message == "`tool` ended with code 75" + words)
        // Another code does not ask for anything.
        let other = outcome(.exited(69), errors: errors, isWrite: true).failure
        #expect(other?.kind == .transient && other?.retryAfterMs == nil)
    }

    /// Nobody may take it for quiet; what it said it has done, it has done.
    @Test func whatCouldNotBeKilledMayStillBeAtWork() {
        func outcome(_ end: LeashedResult.End, isWrite: Bool) -> AttemptOutcome {
            CommandOutcome(program: "t", isWrite: isWrite, timeoutMs: 1, secrets: [])
                .outcome(of: LeashedResult(end: end, isCleared: false))
        }
        for end in [.exited(75), .timedOut, .stopped, .lost] as [LeashedResult.End] {
            #expect(outcome(end, isWrite: true).unknownReason?.contains("still be at work") == true)
            #expect(outcome(end, isWrite: false).failure?.kind == .fatal)
        }
        #expect(outcome(.exited(0), isWrite: true).result == [:])
    }

    @Test func wordsAreCleanedAndShort() {
        let errors = "token s3cret, \u{1b}[31mred\u{7}\n" + String(repeating: "x", count: 5000)
        let long = outcome(.exited(65), errors: errors, isWrite: true, secrets: ["s3cret"])
        #expect((long.failure?.message.count ?? 0) < ConnectorLimits.quotedCharactersMax + 100)
        let short = outcome(
            .exited(65), errors: "token s3cret, \u{1b}[31mred\u{7}\n", isWrite: true,
            secrets: ["s3cret"])
        #expect(short.failure?.message == "`tool` ended with code 65: token [secret], [31mred")
    }

    @Test(
        arguments: [
            // An accent, or a joiner, after the secret or before it.
            ("s3cret\u{301}", ["s3cret"], "[secret]\u{301}"),
            ("s3cret\u{200d}", ["s3cret"], "[secret]"),
            ("a\u{200d}s3cret", ["s3cret"], "a[secret]"), ("\r\ns3cret", ["s3cret"], "[secret]"),
            // What falls out of the middle, in what was said and in the secret.
            ("s3\u{7}cret", ["s3cret"], "[secret]"), ("s3\u{200b}cret", ["s3cret"], "[secret]"),
            ("s3\u{ad}c\u{fe0f}ret", ["s3cret"], "[secret]"),
            ("s3\u{1b}cret", ["s3\u{1b}cret"], "[secret]"),
            ("s3cret", ["s3\u{85}cret"], "[secret]"),
            ("x", ["\u{7}"], "x"),
            // Two spellings of one letter are two secrets; of two that begin alike no rest is left.
            ("caf\u{e9} cafe\u{301}", ["caf\u{e9}"], "[secret] cafe\u{301}"),
            ("abcdef abc", ["abc", "abcdef"], "[secret] [secret]"),
            ("s3crets3cret s3cre", ["s3cret"], "[secret][secret] s3cre"),
        ] as [(String, [String], String)])
    func secretsAreMaskedByTheirBytes(errors: String, secrets: [String], quoted: String) {
        let outcome = outcome(.exited(65), errors: errors, isWrite: true, secrets: secrets)
        let message = outcome.failure?.message ?? ""
        let expected = "`tool` ended with code 65: " + quoted
        #expect(Array(message.utf8) == Array(expected.utf8))
    }
}
