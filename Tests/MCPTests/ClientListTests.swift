// The list of a server's tools: its pages, and entries that are none.

import JSON
import Testing

@testable import MCP

struct ClientListTests {
    @Test func allPagesBecomeOneListUnderOneHandle() throws {
        for version in [ProtocolVersion.v2026_07_28, .v2024_11_05] {
            var pipe = ClientPipe.ready(version)
            let handle = try pipe.list()
            let first = pipe.next()
            #expect(first?["method"] == "tools/list")
            #expect(first?["params"]?["cursor"] == nil)
            #expect((first?["params"]?["_meta"] != nil) == version.isStateless)
            pipe.server(
                result: ["tools": [Reply.tool("b")], "nextCursor": "", "ttlMs": 900],
                to: first?["id"] ?? .null)
            let second = pipe.next()
            #expect(second?["params"]?["cursor"] == "")
            #expect((second?["params"]?["_meta"] != nil) == version.isStateless)
            #expect(second?["id"] != first?["id"])
            // The first page again is no second page.
            pipe.server(result: ["tools": []], to: first?["id"] ?? .null)
            pipe.silence()
            pipe.server(
                result: ["tools": [Reply.tool("a")], "nextCursor": nil, "ttlMs": 1000],
                to: second?["id"] ?? .null)
            guard case .tools(handle, let list) = pipe.takeNext() else {
                Issue.record("no list")
                continue
            }
            #expect(list.tools.map(\.name) == ["b", "a"])
            #expect(list.freshForMs == 900)
            pipe.silence()
            #expect(pipe.session.inFlight == 0)
        }
    }

    @Test func aToolIsKeptAsItCame() throws {
        var pipe = ClientPipe.ready(.v2025_11_25)
        _ = try pipe.list()
        _ = pipe.next()
        let tool = #"{"title":"T","name":"t","x":1.0,"#
            + #""inputSchema":{"$schema":"s","type":"object"},"outputSchema":true,"#
            + #""description":"d","annotations":{"readOnlyHint":true}}"#
        pipe.server(#"{"jsonrpc":"2.0","id":3,"result":{"tools":[\#(tool)]}}"#)
        let read = try #require(pipe.tools()?.tools.first)
        #expect(JSONValue.object(read.definition).compactText == tool)
        #expect(read.name == "t" && read.description == "d")
        #expect(read.inputSchema == ["$schema": "s", "type": "object"])
        #expect(read.outputSchema == true)
    }

    @Test func oneBrokenEntryDoesNotHideTheOthers() throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        _ = try pipe.list()
        _ = pipe.next()
        pipe.server(
            result: [
                "tools": [
                    7, Reply.tool("a"), ["name": "b"], ["name": "", "inputSchema": [:]],
                    ["inputSchema": [:]], ["name": "c", "inputSchema": true], Reply.tool("a"),
                    Reply.tool("d\u{E9}"), Reply.tool("de\u{301}"),
                ]
            ], to: 2)
        #expect(pipe.tools()?.tools.map(\.name.utf8.count) == [1, 3, 4])
        #expect(
            pipe.notes == [
                .toolsLeftOut(count: 6, reason: "a tool must be an object, not integer")
            ])
    }

    private static let brokenPages: [(JSONValue, String)] = [
        (["resultType": "complete"], "no tools"),
        (["tools": [:]], "tools must be a list, not object"),
        (["tools": [], "nextCursor": 7], "nextCursor must be text"),
    ]

    @Test(arguments: brokenPages)
    func aBrokenPageEndsTheList(_ page: JSONValue, _ reason: String) throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        let handle = try pipe.list()
        _ = pipe.next()
        pipe.server(result: page, to: 2)
        pipe.malformed(handle, reason)
        pipe.silence()
        #expect(pipe.session.inFlight == 0)
    }

    @Test func anErrorOnALaterPageEndsTheListUnderItsHandle() throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        let handle = try pipe.list()
        pipe.server(result: ["tools": [], "nextCursor": "2"], to: 2)
        pipe.server(error: -32602, to: 3)
        _ = (pipe.next(), pipe.next())
        pipe.expect(.failed(handle, .error(ServerError(code: -32602, message: "no", data: nil))))
        pipe.silence()
    }

    @Test func aListIsCancelledOnWhateverPageItIs() throws {
        var pipe = ClientPipe.ready(.v2026_07_28)
        let handle = try pipe.list()
        pipe.server(result: ["tools": [], "nextCursor": "2"], to: 2)
        _ = (pipe.next(), pipe.next())
        pipe.take(pipe.session.cancel(handle, reason: nil))
        pipe.sent([
            "jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": 3],
        ])
        pipe.server(result: ["tools": [], "nextCursor": "3"], to: 3)
        pipe.silence()
        #expect(pipe.session.inFlight == 0)
    }

    @Test func aChangedListIsAnnounced() {
        for version in ProtocolVersion.allCases {
            var pipe = ClientPipe.ready(version)
            pipe.server(#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#)
            pipe.expect(.toolsChanged)
            pipe.silence()
        }
    }
}
