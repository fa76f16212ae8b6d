// The wire and its reader on pipes: whole lines however many answer at once, a client that is
// gone, input that ends anywhere.

import Foundation
import JSON
import MCP
import Testing

@testable import Host

@Suite struct LoopWireTests {
    private static let session = ServerSession(
        identity: ServerIdentity(name: "holdfast", version: "0.1.0"), offer: HostOffer.all)

    private struct Ends {
        let read: Int32
        let write: Int32

        init() {
            var ends: [Int32] = [-1, -1]
            #expect(pipe(&ends) == 0)
            read = ends[0]
            write = ends[1]
        }
    }

    private func wire(_ output: Int32) -> Wire {
        let wire = Wire(LoopWireTests.session, output: output, graceMs: 1_000, note: { _ in })
        _ = receive(
            #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"#
                + #""2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#,
            wire)
        _ = receive(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, wire)
        return wire
    }

    private func receive(_ line: String, _ wire: Wire) -> [SessionEffect] {
        wire.perform { $0.receive(Array(line.utf8), nowMs: 0) }
    }

    private func ask(_ id: Int, _ wire: Wire) -> RequestHandle? {
        let line =
            #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"x"}}"#
        for effect in receive(line, wire) {
            if case .callTool(let handle, _) = effect { return handle }
        }
        return nil
    }

    /// Everything up to the end of the pipe, slowly at first so that it fills up.
    private func drain(_ descriptor: Int32, slowlyFor reads: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8_192)
        for round in 0... {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
            if round < reads { usleep(2_000) }
        }
        return bytes
    }

    @Test(arguments: [false, true])
    func linesAreWholeHoweverManyAnswerAtOnce(isNonBlocking: Bool) async throws {
        let ends = Ends()
        if isNonBlocking { _ = fcntl(ends.write, F_SETFL, O_NONBLOCK) }
        let received = Shared<[UInt8]>([])
        let count = 40
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loopThreads) {
                let bytes = drain(ends.read, slowlyFor: 50)
                received.change { $0 = bytes }
            }
            let wire = wire(ends.write)
            await withDiscardingTaskGroup { answers in
                for id in 1...count {
                    answers.addTask(executorPreference: loopThreads) {
                        guard let handle = ask(id, wire) else {
                            Issue.record("\(id) was no call")
                            return
                        }
                        // Much longer than what a pipe takes in one piece.
                        let text = String(repeating: "\(id % 10)", count: 30_000)
                        let result = ToolResult(textBlocks: [text], isError: false)
                        _ = wire.perform { $0.answer(handle, with: .toolResult(result)) }
                    }
                }
            }
            close(ends.write)
        }
        close(ends.read)
        let lines = received.value.split(separator: 0x0a)
        var seen: [Int] = []
        for line in lines {
            let message = try JSONParser.parse(Array(line))
            guard let id = message["id"]?.intValue, id > 0 else { continue }
            seen.append(id)
            let text = message["result"]?["content"]?.arrayValue?.first?["text"]?.stringValue
            #expect(text == String(repeating: "\(id % 10)", count: 30_000))
        }
        #expect(seen.sorted() == Array(1...count))
        #expect(received.value.last == 0x0a)
    }

    @Test func aClientThatIsGoneIsWrittenToNoMore() throws {
        // As `serve` does: the write that fails tells.
        signal(SIGPIPE, SIG_IGN)
        let ends = Ends()
        let wire = wire(ends.write)
        close(ends.read)
        let first = try #require(ask(1, wire))
        let second = try #require(ask(2, wire))
        let result = ToolResult(textBlocks: ["done"], isError: false)
        for handle in [first, second] {
            #expect(wire.perform { $0.answer(handle, with: .toolResult(result)) } == [])
        }
        #expect(wire.isClosed)
        close(ends.write)
    }

    @Test func notesGoToTheRecorderAndNotToTheClient() {
        let ends = Ends()
        let notes = Shared<[SessionNote]>([])
        let wire = Wire(LoopWireTests.session, output: ends.write, graceMs: 1_000) { note in
            notes.change { $0.append(note) }
        }
        #expect(receive("{nonsense", wire) == [])
        guard case .unparsable = notes.value.first else {
            Issue.record("the operator was told nothing")
            return
        }
        close(ends.write)
        close(ends.read)
    }

    @Test func aChangeIsToldToThoseWhoWantToHearIt() throws {
        let ends = Ends()
        let wire = wire(ends.write)
        #expect(wire.watched.isEmpty)
        let uri = try #require(ResourceURI("holdfast://runs/run_1"))
        wire.tell([.resource(uri), .tools])
        close(ends.write)
        let lines = drain(ends.read, slowlyFor: 0).split(separator: 0x0a)
        close(ends.read)
        let last = try JSONParser.parse(Array(try #require(lines.last)))
        #expect(lines.count == 2)
        #expect(last == ["jsonrpc": "2.0", "method": "notifications/tools/list_changed"])
    }

    private func feed(_ texts: [String], closing: Bool = true) -> [InputReader.Input] {
        let ends = Ends()
        var reader = InputReader(ends.read)
        var inputs: [InputReader.Input] = []
        for text in texts {
            let bytes = Array(text.utf8)
            #expect(write(ends.write, bytes, bytes.count) == bytes.count)
            inputs.append(reader.next())
        }
        close(ends.write)
        inputs.append(reader.next())
        close(ends.read)
        return inputs
    }

    private func shown(_ inputs: [InputReader.Input]) -> [String] {
        func text(_ line: FramedLine) -> String {
            switch line {
            case .line(let bytes): String(decoding: bytes, as: UTF8.self)
            case .oversized: "(oversized)"
            }
        }
        return inputs.map { input in
            switch input {
            case .lines(let lines): "lines " + lines.map(text).joined(separator: "|")
            case .end(let last): "end " + (last.map(text) ?? "-")
            case .stopRequested: "stop"
            }
        }
    }

    @Test func inputComesAsLinesAndEnds() {
        #expect(shown(feed(["one\ntwo\n"])) == ["lines one|two", "end -"])
        let pieces = shown(feed(["on", "e\ntw", "o\n"]))
        #expect(pieces == ["lines ", "lines one", "lines two", "end -"])
        #expect(shown(feed([])) == ["end -"])
    }

    @Test func theLastLineNeedsNoNewline() {
        #expect(shown(feed(["one\ntwo"])) == ["lines one", "end two"])
        #expect(shown(feed(["one"])) == ["lines ", "end one"])
    }

    @Test func inputEndsOnceNobodyReadsTheAnswers() {
        let input = Ends()
        let output = Ends()
        var reader = InputReader(input.read, output: output.write)
        let bytes = Array("one\n".utf8)
        #expect(write(input.write, bytes, bytes.count) == bytes.count)
        #expect(shown([reader.next()]) == ["lines one"])
        close(output.read)
        #expect(shown([reader.next()]) == ["end -"])
        for end in [input.read, input.write, output.write] { close(end) }
    }

    @Test func anInputThatCannotBeReadHasEnded() {
        let ends = Ends()
        // The writing end cannot be read from.
        var reader = InputReader(ends.write)
        close(ends.read)
        #expect(shown([reader.next()]) == ["end -"])
        close(ends.write)
    }
}
