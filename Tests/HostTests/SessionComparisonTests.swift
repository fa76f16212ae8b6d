// Recorded and now: what may differ, what must not, and how a difference is named.

import JSON
import Testing

@testable import Host

@Suite struct SessionComparisonTests {
    private func id(_ prefix: String, _ letter: Character) -> String {
        prefix + "_" + String(repeating: letter, count: 36)
    }

    private func differences(_ pairs: (JSONValue, JSONValue)...) -> [String] {
        var comparison = SessionComparison()
        return pairs.enumerated().flatMap { index, pair in
            comparison.differences(line: index, subject: "x", pair.0, pair.1).map {
                "\($0.line)\($0.pointer?.description ?? "-")"
                    + " \($0.recorded?.compactText ?? "nothing")"
                    + " \($0.now?.compactText ?? "nothing")"
            }
        }
    }

    @Test func idsAreRenamedConsistently() {
        let (a, b) = (id("call", "a"), id("call", "b"))
        let (c, d) = (id("call", "c"), id("call", "d"))
        #expect(differences(([.string("see \(a), \(b)")], [.string("see \(c), \(d)")])) == [])
        // Across messages, too.
        #expect(
            differences((.string(a), .string(c)), (.string("\(a) again"), .string("\(c) again")))
                == [])
        #expect(differences((.string(a), .string(c)), (.string(a), .string(d))).count == 1)
        #expect(differences((.string(a), .string(c)), (.string(b), .string(c))).count == 1)
        #expect(differences((.string(a), .string(id("run", "c")))).count == 1)
        // One character less, or more, is no id.
        let short = "call_" + String(repeating: "a", count: 35)
        #expect(differences((.string(short), .string("call_" + String(repeating: "b", count: 35))))
            .count == 1)
        #expect(differences((.string(a + "a"), .string(c + "c"))).count == 1)
    }

    @Test func timesMayDiffer() {
        #expect(
            differences(
                (
                    "until 2026-07-28T09:30:00.000Z.", "until 2027-01-01T00:00:00.123Z."
                )) == [])
        #expect(differences(("until 2026-07-28", "until 2026-07-29")).count == 1)
        #expect(differences(("2026-13-28T09:30:00.000Z", "2026-07-28T09:30:00.000Z")).count == 1)
    }

    @Test func whatIsDeclaredMayDiffer() {
        let index = "dev.holdfast/auditIndex"
        #expect(differences((["_meta": [index: 1]], ["_meta": [index: 9]])) == [])
        #expect(differences((["_meta": [index: 1]], ["_meta": [index: "9"]])).count == 1)
        #expect(differences((["_meta": [index: 1]], ["_meta": [:]])).count == 1)
        #expect(
            differences((["serverInfo": ["version": "1"]], ["serverInfo": ["version": "2"]]))
                == [])
        #expect(differences((["tool": ["version": "1"]], ["tool": ["version": "2"]])).count == 1)
    }

    @Test func whatAHostSealsForItselfIsGivenBackAsItSealedIt() {
        var comparison = SessionComparison()
        let found = comparison.differences(
            line: 1, subject: "x", ["requestState": "old"], ["requestState": "new"])
        #expect(found == [])
        let sent = comparison.renaming.current(["params": ["requestState": "old", "x": "older"]])
        #expect(sent == ["params": ["requestState": "new", "x": "older"]])
    }

    @Test func differencesAreNamedByTheirPlace() {
        #expect(
            differences((["a": [1, ["b/c": true]], "x": 1], ["a": [1, ["b/c": false]], "x": 1]))
                == ["0/a/1/b~1c true false"])
        #expect(differences((["a": 1], ["b": 1])) == ["0/a 1 nothing", "0/b nothing 1"])
        #expect(differences(([1, 2], [1])) == ["0/1 2 nothing"])
        #expect(differences(([1], [1, nil])) == ["0/1 nothing null"])
        #expect(differences((["a": nil], [:])) == ["0/a null nothing"])
        #expect(differences((1, "1")) == ["0 1 \"1\""])
        // The order of members means nothing, and neither does the way a number is written.
        #expect(differences((["a": 1, "b": 2], ["b": 2, "a": 1])) == [])
    }

    @Test func whatAResourceSaysIsComparedPlaceByPlace() {
        func resource(_ text: String) -> JSONValue {
            ["result": ["contents": [["text": .string(text)]]]]
        }
        let place = "0/result/contents/0/text"
        let old = resource(#"{"index":1,"action":"aa","state":"open"}"#)
        #expect(
            differences((old, resource(#"{"index":2,"action":"bb","state":"open"}"#))) == [])
        #expect(
            differences((old, resource(#"{"index":2,"action":"bb","state":"shut"}"#)))
                == [place + #"/state "open" "shut""#])
        #expect(
            differences((old, resource(#"{"index":"2","action":1,"state":"open"}"#))).count == 2)
        #expect(differences((resource("a"), resource("b"))) == [place + #" "a" "b""#])
        let rider = #"{"kind":"outcome_delivered"}"#
        let keyed = "hmac-sha256:"
        #expect(
            differences(
                (
                    resource(#"{"events":[\#(rider)],"tag":"\#(keyed)aa"}"#),
                    resource(#"{"events":[],"tag":"\#(keyed)bb"}"#)
                )) == [])
        // Elsewhere an index is what it is.
        #expect(differences((["index": 1], ["index": 2])).count == 1)
        // A cursor is its host's.
        #expect(
            differences((["result": ["nextCursor": "a"]], ["result": ["nextCursor": "b"]])) == [])
        #expect(differences((["nextCursor": "a"], ["nextCursor": "b"])).count == 1)
    }

    @Test func aLongListIsToldInPart() {
        let limit = HostLimits.toldDifferences
        for (count, told) in [(limit, limit), (limit + 1, limit)] {
            let old = JSONValue.array((0..<count).map { .integer($0) })
            let new = JSONValue.array((0..<count).map { .integer($0 + 1) })
            #expect(differences((old, new)).count == told)
        }
    }

    @Test func aClientsWordsAreTranslated() {
        var renaming = SessionRenaming()
        renaming.learn(id("run", "a"), id("run", "b"))
        let made = id("call", "z")
        let sent = renaming.current(
            ["run_id": .string(id("run", "a")), "list": [.string("about \(made)"), 1, nil]])
        #expect(
            sent == ["run_id": .string(id("run", "b")), "list": [.string("about \(made)"), 1, nil]])
        // What the client made up comes back as it was.
        let isSame = renaming.matches("no \(made)", "no \(made)")
        #expect(isSame)
    }
}
