// The recorder: a file of its own that nobody else reads, and a session that goes on whatever
// becomes of it.

import Engine
import Foundation
import JSON
import MCP
import Testing

@testable import Host

@Suite struct SessionRecorderTests {
    private let project: LoopProject

    init() throws { project = try LoopProject() }

    private var path: String { project.folder.path + "/session.jsonl" }

    private func lines() throws -> [Substring] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    }

    private func write(_ recorder: SessionRecorder) throws -> [String] {
        let host = try project.host()
        var told: [String] = []
        recorder.write(host) { told.append($0) }
        return told
    }

    @Test func theFileIsNewAndItsOwnersAlone() throws {
        let recorder = try SessionRecorder(path: path)
        recorder.note(.client(.line(Array(#"{"id":1,"method":"ping"}"#.utf8))))
        recorder.note(.server(Array(#"{"id":1,"result":{}}"#.utf8)))
        recorder.close()
        #expect(try write(recorder) == [])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
        let session = try RecordedSession.read(path: path)
        #expect(session.header.profile == "desk")
        #expect(session.header.allow.count == session.header.manifests.count - 1)
        let asked = ClientInput.message(["id": 1, "method": "ping"])
        #expect(
            session.lines.map(\.entry)
                == [.client(asked), .server(["id": 1, "result": [:]]), .end])
        // What is there is never overwritten.
        let before = try lines()
        #expect {
            _ = try SessionRecorder(path: path)
        } throws: { error in
            (error as? Ending)?.message.contains("is there already") == true
        }
        #expect(try lines() == before)
        #expect(throws: Ending.self) { try SessionRecorder(path: path + "/no/such/folder") }
    }

    @Test func aSessionThatNobodySpokeInIsNoRecording() throws {
        let recorder = try SessionRecorder(path: path)
        recorder.close()
        #expect(try write(recorder) == [])
        #expect(throws: SessionRefusal.self) { try RecordedSession.read(path: path) }
    }

    @Test(arguments: [0, 1]) func whatCannotBeWrittenInTimeEndsTheRecording(excess: Int) throws {
        let recorder = try SessionRecorder(path: path)
        for _ in 0..<HostLimits.recordingQueue + excess {
            recorder.note(.server(Array("{}".utf8)))
        }
        recorder.close()
        let told = try write(recorder)
        #expect(told.count == excess)
        #expect(told.allSatisfy { $0.contains("serving goes on") })
        do {
            _ = try RecordedSession.read(path: path)
            #expect(excess == 0)
        } catch {
            #expect(excess == 1 && error.message.contains("cut off"))
        }
    }

    @Test(arguments: [0, 1]) func whatWaitsToBeWrittenIsBounded(excess: Int) throws {
        let recorder = try SessionRecorder(path: path)
        let half = [UInt8](repeating: 0x20, count: HostLimits.sessionBytes / 2)
        recorder.note(.client(.line(half)))
        recorder.note(.client(.line(half + [UInt8](repeating: 0x20, count: excess))))
        #expect((recorder.failure != nil) == (excess == 1))
    }

    @Test(arguments: [0, 1]) func resultsThatWaitToBeWrittenCountToo(excess: Int) throws {
        let recorder = try SessionRecorder(path: path)
        let attempt = try SessionSample.attempt([:])
        let text = String(repeating: "x", count: HostLimits.sessionBytes + excess)
        recorder.note(.ended(attempt, .succeeded(.string(text)), nil))
        #expect((recorder.failure != nil) == (excess == 1))
    }

    @Test func nothingIsTakenAfterTheEnd() throws {
        let recorder = try SessionRecorder(path: path)
        recorder.note(.server(Array("{}".utf8)))
        recorder.close()
        recorder.note(.server(Array("{}".utf8)))
        #expect(try write(recorder) == [])
        #expect(try lines().count == 3)
    }
}
