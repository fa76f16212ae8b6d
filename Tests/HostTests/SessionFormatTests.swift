// Recorded sessions as text: what is written is read again, what is no whole recording is refused,
// and the published schema and the reader say the same.

import JSON
import JSONSchema
import Testing

@testable import Host

@Suite struct SessionFormatTests {
    private func refusal(_ text: String) -> SessionRefusal? {
        do {
            _ = try RecordedSession.parse(Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    private static let spoken: [SessionEntry] = [.server(["id": 1]), .end]

    @Test func whatIsWrittenIsReadAgain() throws {
        for entry in SessionSample.entries {
            let line = SessionLine(atMs: 7, entry: entry)
            #expect(try SessionLine(JSONParser.parse(line.json.compactBytes())) == line)
        }
        let header = try SessionHeader(
            JSONParser.parse(SessionSample.header.json.compactBytes()))
        #expect(header == SessionSample.header)
        let session = try RecordedSession.parse(
            Array(SessionSample.text(Self.spoken).utf8))
        #expect(session.lines.map(\.entry) == Self.spoken)
    }

    @Test func everyLineFitsTheSchema() throws {
        let schema = try schema()
        #expect(schema.validate(SessionSample.header.json).map(\.message) == [])
        for entry in SessionSample.entries {
            let line = SessionLine(atMs: 0, entry: entry).json
            #expect(schema.validate(line).map(\.message) == [], "\(line)")
        }
    }

    @Test func theSchemaHasTheReadersKeys() throws {
        let defs = try #require(try schemaValue()["$defs"])
        func keys(_ part: JSONValue?) -> [String]? { part?["properties"]?.objectValue?.names }
        let line = defs["line"]
        #expect(keys(defs["header"]) == SessionKeys.header)
        #expect(keys(line) == SessionKeys.line)
        #expect(keys(line?["properties"]?["started"]) == SessionKeys.started)
        #expect(keys(line?["properties"]?["ended"]) == SessionKeys.ended)
        let failed = line?["properties"]?["ended"]?["properties"]?["failed"]
        #expect(keys(failed) == SessionKeys.failed)
        #expect(keys(line?["properties"]?["decided"]) == SessionKeys.decided)
    }

    @Test(arguments: [
        "{}", "[]", "1", #"{"at_ms":1}"#, #"{"from":"end"}"#, #"{"at_ms":-1,"from":"end"}"#,
        #"{"at_ms":2592000001,"from":"end"}"#, #"{"at_ms":9223372036854775807,"from":"end"}"#,
        #"{"at_ms":1,"from":"end","text":"x"}"#, #"{"at_ms":1,"from":"nobody","text":"x"}"#,
        #"{"at_ms":1,"from":"client"}"#, #"{"at_ms":1,"from":"client","text":"x","hex":""}"#,
        #"{"at_ms":1,"from":"client","closed":false}"#, #"{"at_ms":1,"from":"client","hex":"0"}"#,
        #"{"at_ms":1,"from":"client","oversized":1}"#, #"{"at_ms":1,"from":"server","text":"x"}"#,
        #"{"at_ms":1,"from":"client","massage":{}}"#, #"{"at_ms":"1","from":"end"}"#,
        #"{"at_ms":1,"from":"attempt","started":{"call_id":"c","number":1,"tool":"t"}}"#,
        #"{"at_ms":1,"from":"attempt","ended":{"call_id":"c","number":1}}"#,
        #"{"at_ms":1,"from":"attempt","ended":{"call_id":"c","number":1,"unknown":1}}"#,
        #"{"at_ms":1,"from":"attempt","ended":{"call_id":"c","number":1,"tool":"t"}}"#,
        #"{"at_ms":1,"from":"attempt","ended":{"call_id":"c","number":1,"tool":1,"unknown":""}}"#,
        #"{"at_ms":1,"from":"attempt","ended":{"call_id":"c","number":1,"voided":true,"#
            + #""unknown":""}}"#,
        #"{"at_ms":1,"from":"attempt","ended":{"call_id":"c","number":1,"failed":{"#
            + #""class":"transient","message":"","retry_after_ms":-1}}}"#,
        #"{"at_ms":1,"from":"attempt","ended":{"call_id":"c","number":1,"failed":{}}}"#,
        #"{"at_ms":1,"from":"attempt","ended":{"call_id":"c","number":1,"failed":{"#
            + #""class":"x","message":""}}}"#,
        #"{"at_ms":1,"from":"person","decided":{"approval_id":"a","decision":"maybe","by":"x"}}"#,
        #"{"at_ms":1,"from":"tools","manifests":{}}"#, #"{"at_ms":1,"from":"host","unplayable":1}"#,
    ])
    func bothRefuse(text: String) throws {
        let value = try JSONParser.parse(text)
        #expect(throws: JSONShapeError.self) { try SessionLine(value) }
        #expect(!(try schema().isValid(value)), "\(text)")
    }

    @Test(arguments: [
        ("format", "other"), ("version", 2), ("recorded_at", "yesterday"),
        ("allow", [1]), ("lease_ms", "1"), ("manifests", [:]), ("more", 1),
    ] as [(String, JSONValue)])
    func headersThatAreNone(name: String, value: JSONValue) throws {
        var header = try #require(SessionSample.header.json.objectValue)
        header[name] = value
        #expect(throws: JSONShapeError.self) { try SessionHeader(.object(header)) }
        let text = SessionSample.text(Self.spoken)
        let rest = text[text.index(after: try #require(text.firstIndex(of: "\n")))...]
        #expect(refusal(JSONValue.object(header).compactText + "\n" + rest)?.line == 1)
    }

    @Test func timesHaveALimitAndSoHasPatience() throws {
        let limit = HostLimits.sessionMs
        let last = try SessionLine(
            JSONParser.parse(SessionLine(atMs: limit, entry: .end).json.compactBytes()))
        #expect(last.atMs == limit)
        #expect(limit == 2_592_000_000)  // As the schema has it.
        let (pause, patience) = (HostLimits.replayedPauseMs, HostLimits.replayPatienceMs)
        #expect(SessionPlayer.patienceMs(from: 0, to: pause) == pause + patience)
        #expect(SessionPlayer.patienceMs(from: 0, to: pause + 1) == pause + patience)
        #expect(SessionPlayer.patienceMs(from: 7, to: 8) == 1 + patience)
        #expect(SessionPlayer.patienceMs(from: 9, to: 8) == patience)
    }

    @Test func whatIsCutOffIsRefused() {
        let whole = SessionSample.text(Self.spoken)
        #expect(refusal(whole) == nil)
        #expect(refusal("") != nil)
        #expect(refusal(String(whole.dropLast()))?.message.contains("cut off") == true)
        #expect(refusal(SessionSample.text([.server([:])]))?.message.contains("cut off") == true)
        #expect(refusal(String(whole.dropLast(9)) + "\n")?.line == 3)
        let twice = SessionSample.text([.server([:]), .end, .end])
        #expect(refusal(twice)?.line == 3)
    }

    @Test func whatProvesNothingIsRefused() {
        #expect(
            refusal(SessionSample.text([.client(.closed), .end]))?.message.contains("compare")
                == true)
        let why = refusal(SessionSample.text([.server([:]), .unplayable("so it is"), .end]))
        #expect(why == SessionRefusal(line: 3, message: "so it is"))
    }

    @Test func linesHaveALimit() {
        func session(_ count: Int) -> String {
            // Header, answer and end are lines too.
            let notes = Array(repeating: SessionEntry.client(.text("x")), count: count - 3)
            return SessionSample.text([.server([:])] + notes + [.end])
        }
        #expect(refusal(session(HostLimits.sessionLines)) == nil)
        #expect(refusal(session(HostLimits.sessionLines + 1)) != nil)
    }

    private func schemaValue() throws -> JSONValue {
        try JSONParser.parse(ProjectFolder.text("schemas/recorded-session.schema.json"))
    }

    private func schema() throws -> CompiledSchema {
        try CompiledSchema(compiling: try schemaValue())
    }
}
