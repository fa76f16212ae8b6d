// What a live replay refuses, tells and masks before and while anything real is reached.

import Engine
import JSON
import MCP
import Testing

@testable import Host

@Suite struct SessionLiveTests {
    private static func session(
        _ entries: [SessionEntry], _ manifest: String = SessionSample.manifest
    ) throws -> RecordedSession {
        var header = SessionSample.header
        header.manifests = [try Sample.read(manifest).content]
        return RecordedSession(
            header: header, lines: entries.map { SessionLine(atMs: 0, entry: $0) })
    }

    private static func call(_ tool: String, _ arguments: JSONValue) -> JSONValue {
        [
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": ["name": .string(tool), "arguments": arguments],
        ]
    }

    private func refusal(_ entries: SessionEntry...) throws -> SessionRefusal? {
        let session = try SessionLiveTests.session(entries, SessionLiveTests.numbered)
        do throws(SessionRefusal) {
            try session.requirePlayableLive()
            return nil
        } catch {
            return error
        }
    }

    /// Its result has a number that is marked.
    private static let numbered = SessionSample.manifest.replacing(
        "    email:", with: "    account: { type: integer, x-sensitivity: personal }\n    email:")

    @Test(arguments: [["card": "x"], ["pin": 1], ["pin": nil, "note": "a"]] as [JSONValue])
    func aMarkedArgumentIsNeverSent(_ arguments: JSONValue) throws {
        let call = SessionLiveTests.call("pay", arguments)
        for message in [call, .array([["method": "ping"], call])] {
            let found = try #require(try refusal(.client(.closed), .client(.message(message))))
            #expect(found.line == 3)
            #expect(found.message.contains("of a call of pay is masked"))
        }
        #expect(try refusal(.client(.message(SessionLiveTests.call("pay", ["note": "a"])))) == nil)
    }

    @Test func aNameThatStandsForATextIsNeverSent() throws {
        let inAnother = SessionLiveTests.call("run_begin", ["purpose": "for (personal 12)"])
        #expect(
            try refusal(.client(.message(inAnother)))?.message
                .contains("in a call of run_begin is a mask") == true)
        #expect(
            try refusal(.client(.message(["method": "x", "params": [["(secret 1)"]]])))?.message
                .contains("in x is a mask") == true)
        #expect(try refusal(.client(.text("{(secret 1)"))) != nil)
        for text in ["(secret)", "(secret x)", "secret 1", "(public 1)"] {
            #expect(try refusal(.client(.text(text))) == nil)
        }
    }

    @Test func whatMayBeAMaskedNumberIsNeverSent() throws {
        let start = SessionEntry.started(
            AttemptStart(call: "call_1", number: 1, tool: "pay", arguments: [:]))
        let end = SessionEntry.ended(
            AttemptEnd(
                call: "call_1", number: 1, outcome: .succeeded(["id": "7", "account": 3])))
        let next = SessionEntry.client(
            .message(SessionLiveTests.call("pay", ["note": "account 3 again"])))
        let other = SessionEntry.client(
            .message(SessionLiveTests.call("pay", ["note": "account 7 again"])))
        #expect(
            try refusal(start, end, next)?.message.contains("may hold a masked number") == true)
        #expect(try refusal(start, end, other) == nil)
        #expect(try refusal(next, start, end) == nil)
    }

    @Test func toolsThatChangeCannotBePlayed() throws {
        #expect(try refusal(.tools([]))?.message.contains("the tools changed here") == true)
    }

    @Test func missingAndChangedToolsAreTold() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "holdfast.yaml",
            """
            tools: [tools]
            profiles: { desk: { allow: [pay] }, bare: { allow: [] } }
            """)
        try folder.write("tools/pay.yaml", SessionSample.manifest)
        let surroundings = folder.surroundings()
        let configuration = try Configuration.load(explicit: nil, in: surroundings)
        func tools(_ text: String, _ profile: String, calling name: String) throws -> LiveTools {
            let session = try SessionLiveTests.session(
                [.client(.message(SessionLiveTests.call(name, [:])))], text)
            let catalog = Catalog.load(configuration, kinds: [OutcomeKind()], in: surroundings)
            return LiveTools(session, catalog, try configuration.profile(named: profile))
        }
        let same = try tools(SessionSample.manifest, "desk", calling: "pay")
        #expect(same.missing == [] && same.changed == [])
        let bare = try tools(SessionSample.manifest, "bare", calling: "pay")
        #expect(bare.missing.count == 1 && bare.missing[0].contains("`bare`"))
        let other = SessionSample.manifest.replacing("Pays.", with: "Paid.")
        let changed = try tools(other, "desk", calling: "pay")
        #expect(changed.missing == [])
        #expect(changed.changed.count == 1 && changed.changed[0].contains("/description"))
        // What was not called may be anything.
        #expect(try tools(other, "desk", calling: "else").changed == [])
        let gone = SessionSample.manifest.replacing("name: pay", with: "name: buy")
        #expect(try tools(gone, "desk", calling: "buy").missing.count == 1)
        // What was no tool then either is answered as it was.
        #expect(try tools(SessionSample.manifest, "bare", calling: "else").missing == [])
    }

    @Test func placesOfAChangedManifestAreToldInPart() throws {
        let limit = HostLimits.toldPlaces
        for count in [limit, limit + 1] {
            let old = JSONValue.array((0..<count).map { .integer($0) })
            let new = JSONValue.array((0..<count).map { .integer($0 + 1) })
            let told = LiveTools.places(old, new)
            #expect(told.contains("/\(limit - 1)") && !told.contains("/\(limit)"))
            #expect(told.contains("…") == (count > limit))
        }
    }
}
