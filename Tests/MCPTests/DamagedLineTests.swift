// Lines damaged at random from one fixed seed: whatever comes in, what goes out stays well formed,
// every readable request is answered once, and the session still serves afterwards.

import JSON
import MCP
import Testing

struct DamagedLineTests {
    /// A small generator of its own, so that a failure happens again.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % sides
        }
    }

    private let lines = [
        Say.modern("1", "server/discover"), Say.modern("2", "tools/list"),
        Say.modern("3", "tools/call", #","name":"t","arguments":{"a":[1,2.5,null]}"#),
        Say.plain("4", "initialize", #"{"protocolVersion":"2025-03-26","capabilities":{}}"#),
        Say.plain("5", "tools/call", #"{"name":"t","_meta":{"progressToken":1}}"#),
        Say.modern("9", "subscriptions/listen", #","notifications":{"toolsListChanged":true}"#),
        Say.modern("10", "resources/read", #","uri":"holdfast://runs/run_1""#), Say.cancel("9"),
        Say.plain("11", "resources/subscribe", #"{"uri":"holdfast://runs/run_1"}"#),
        Say.plain("6", "ping"), Say.cancel("3"), Say.cancel("5"),
        "[\(Say.plain("7", "ping")),\(Say.plain("8", "tools/list"))]",
    ]

    private func damaged(_ dice: inout Dice) -> [UInt8] {
        var bytes = Array(lines[dice.roll(lines.count)].utf8)
        for _ in 0..<dice.roll(4) where bytes.isEmpty == false {
            let at = dice.roll(bytes.count)
            switch dice.roll(4) {
            case 0: bytes[at] = UInt8(dice.roll(256))
            case 1: bytes.remove(at: at)
            case 2: bytes.insert(Array(#"{}[]",:01e.-"#.utf8)[dice.roll(12)], at: at)
            case _: bytes = Array(bytes[..<max(1, at)])
            }
        }
        return bytes.filter { $0 != UInt8(ascii: "\n") }
    }

    @Test func nothingThatComesInConfusesTheSession() {
        var dice = Dice(state: 20_260_728)
        var pipe = Pipe()
        var open: [RequestHandle] = []
        for round in 0..<4000 {
            pipe.nowMs = Int64(round) * 2000
            pipe.client(damaged(&dice))
            for effect in pipe.waiting {
                switch effect {
                case .send(let bytes): _ = Shape.message(bytes, #_sourceLocation)
                case .listTools(let handle): open.append(handle)
                case .callTool(let handle, _), .content(let handle, _), .task(let handle, _):
                    open.append(handle)
                case .answered: Issue.record("nothing was asked")
                case .cancel(let handle, _): #expect(open.contains(handle))
                case .note: Issue.record("notes are kept aside")
                }
            }
            pipe.waiting = []
            #expect(pipe.session.inFlight == open.count)
            guard dice.roll(3) == 0, open.isEmpty == false else { continue }
            pipe.answer(open.remove(at: dice.roll(open.count)), .internalError("over"))
        }
        for handle in open { pipe.answer(handle, .internalError("over")) }
        pipe.waiting = []
        #expect(pipe.session.inFlight == 0)
        pipe.client(Say.modern("\"after\"", "server/discover"))
        #expect(pipe.next()?["id"] == "after")
        pipe.silence()
    }
}
