// Subscriptions of both eras: who is told what, under which name, from when and until when.

import JSON
import MCP
import Testing

struct SubscriptionTests {
    let run = Offer.uri("run_1")
    let other = Offer.uri("run_2")

    func listen(_ id: String, _ notifications: String) -> String {
        Say.modern(id, "subscriptions/listen", #","notifications":{\#(notifications)}"#)
    }

    func acknowledged(_ id: JSONValue, _ honoured: JSONValue) -> JSONValue {
        [
            "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
            "params": [
                "_meta": ["io.modelcontextprotocol/subscriptionId": id],
                "notifications": honoured,
            ],
        ]
    }

    func told(_ id: JSONValue?, _ method: String, _ uri: String? = nil) -> JSONValue {
        var params: JSONObject = [:]
        if let id { params["_meta"] = ["io.modelcontextprotocol/subscriptionId": id] }
        params["uri"] = uri.map(JSONValue.string)
        var message: JSONObject = [
            "jsonrpc": "2.0", "method": .string("notifications/\(method)"),
        ]
        if !params.isEmpty { message["params"] = .object(params) }
        return .object(message)
    }

    /// A pipe with one open subscription that was acknowledged as it was asked for.
    func listening(_ id: String, _ notifications: String) throws -> Pipe {
        var pipe = Pipe()
        try open(id, notifications, on: &pipe)
        return pipe
    }

    func open(_ id: String, _ notifications: String, on pipe: inout Pipe) throws {
        pipe.client(listen(id, notifications))
        let kinds = WatchedKinds(
            hasTools: notifications.contains("tools"),
            hasResources: notifications.contains("esource"))
        if kinds != WatchedKinds() { pipe.answer(try pipe.asked(.watch(kinds)), .watching) }
        let honoured = try JSONParser.parse("{\(notifications)}")
        pipe.server(acknowledged(try JSONParser.parse(id), honoured))
        pipe.silence()
    }

    @Test func theAcknowledgementComesFirstAndNamesWhatIsHonoured() throws {
        var pipe = Pipe()
        let resources = #"["holdfast://runs/run_1","file:///x","holdfast://runs/run_1","#
            + #""holdfast://runs/","holdfast://runs/a/b","HOLDFAST://runs/run_1","é"]"#
        pipe.client(
            listen(
                "\"listen-1\"",
                #""toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":false,"#
                    + #""others":["t"],"resourceSubscriptions":\#(resources)"#))
        let handle = try pipe.asked(.watch(.toolsAndResources))
        // Not before the acknowledgement, however much changes.
        pipe.change(.tools)
        pipe.change(.resource(run))
        pipe.silence()
        pipe.answer(handle, .watching)
        pipe.server(
            acknowledged(
                "listen-1",
                [
                    "toolsListChanged": true,
                    "resourceSubscriptions": ["holdfast://runs/run_1"],
                ]))
        pipe.change(.tools)
        pipe.server(told("listen-1", "tools/list_changed"))
        pipe.change(.resource(run))
        pipe.server(told("listen-1", "resources/updated", "holdfast://runs/run_1"))
        // What was not asked for is not told.
        pipe.change(.resourceList)
        pipe.change(.resource(other))
        pipe.silence()
        #expect(pipe.session.inFlight == 0)
    }

    @Test func whereNothingCanChangeItIsAcknowledgedAtOnce() {
        for notifications in ["", #""toolsListChanged":false"#, #""resourceSubscriptions":[]"#] {
            var pipe = Pipe()
            pipe.client(listen("1", notifications))
            #expect(pipe.next()?["method"] == "notifications/subscriptions/acknowledged")
            pipe.silence()
            #expect(pipe.session.watched.isEmpty)
        }
    }

    @Test func oneForToolsIsAcknowledgedOnceTheHostHasSeenThem() throws {
        var pipe = Pipe()
        pipe.client(listen("1", #""toolsListChanged":true"#))
        let handle = try pipe.asked(.watch(.tools))
        pipe.change(.tools)
        pipe.silence()
        // Tools are always looked after: nothing else has to be for it.
        #expect(pipe.session.watched.isEmpty)
        pipe.answer(handle, .watching)
        pipe.server(acknowledged(1, ["toolsListChanged": true]))
        pipe.change(.tools)
        pipe.server(told(1, "tools/list_changed"))
        pipe.silence()
    }

    @Test func manyAreToldEachUnderItsOwnNameOfItsOwnType() throws {
        var pipe = Pipe()
        try open("7", #""toolsListChanged":true"#, on: &pipe)
        try open("\"7\"", #""toolsListChanged":true,"resourcesListChanged":true"#, on: &pipe)
        let uri = #""resourceSubscriptions":["holdfast://runs/run_1"]"#
        try open("7.5e1", uri, on: &pipe)
        pipe.change(.tools)
        pipe.server(told(7, "tools/list_changed"))
        pipe.server(told("7", "tools/list_changed"))
        pipe.change(.resourceList)
        pipe.server(told("7", "resources/list_changed"))
        pipe.change(.resource(run))
        #expect(pipe.nextText()?.contains(#"subscriptionId":7.5e1}"#) == true)
        pipe.silence()
    }

    @Test func itEndsByCancellationAndNothingFollows() throws {
        var pipe = try listening("\"a\"", #""toolsListChanged":true"#)
        try open("\"b\"", #""toolsListChanged":true"#, on: &pipe)
        pipe.client(Say.cancel("\"a\""))
        pipe.silence()
        pipe.change(.tools)
        pipe.server(told("b", "tools/list_changed"))
        pipe.client(Say.cancel("\"a\""))
        #expect(pipe.notes.count == 1, "that one is over")
        // Its name is free again.
        try open("\"a\"", #""toolsListChanged":true"#, on: &pipe)
    }

    @Test func theServerEndsAllWithTheirResponses() throws {
        var pipe = try listening("\"a\"", #""toolsListChanged":true"#)
        try open("2", #""resourcesListChanged":true"#, on: &pipe)
        pipe.take(pipe.session.endSubscriptions())
        for id in ["a", 2] as [JSONValue] {
            let sent = pipe.next()
            #expect(sent?["id"] == id)
            Shape.result(sent, of: .v2026_07_28)
            let meta = sent?["result"]?["_meta"]
            #expect(meta?["io.modelcontextprotocol/subscriptionId"] == id)
        }
        pipe.change(.tools)
        pipe.change(.resourceList)
        pipe.take(pipe.session.endSubscriptions())
        pipe.silence()
        #expect(pipe.session.watched.isEmpty)
    }

    @Test func oneThatIsCancelledBeforeItIsAcknowledgedNeverIs() throws {
        var pipe = Pipe()
        pipe.client(listen("1", #""toolsListChanged":true,"resourcesListChanged":true"#))
        let handle = try pipe.asked(.watch(.toolsAndResources))
        #expect(pipe.session.watched.includesList)
        pipe.client(Say.cancel("1"))
        pipe.cancelled(handle, reason: nil)
        pipe.change(.tools)
        pipe.answer(handle, .watching)
        pipe.take(pipe.session.endSubscriptions())
        pipe.silence()
        #expect(pipe.session.watched.isEmpty && pipe.session.inFlight == 0)
    }

    @Test func oneThatCannotBeWatchedIsAnError() throws {
        var pipe = Pipe()
        pipe.client(listen("1", #""toolsListChanged":true,"resourcesListChanged":true"#))
        pipe.answer(try pipe.asked(.watch(.toolsAndResources)), .internalError("disk full"))
        pipe.error(-32603, id: 1, "disk full")
        pipe.change(.tools)
        pipe.silence()
        #expect(pipe.session.watched.isEmpty)
    }

    @Test func anIdInUseIsRefusedAndTheFirstGoesOn() throws {
        var pipe = try listening("1", #""toolsListChanged":true"#)
        pipe.client(listen("1", #""toolsListChanged":true"#))
        pipe.error(-32600, id: 1, "not answered yet")
        pipe.client(Say.plain("1", "ping"))
        pipe.error(-32600, id: 1, "not answered yet")
        pipe.change(.tools)
        pipe.server(told(1, "tools/list_changed"))
        pipe.silence()
    }

    @Test(arguments: [
        "", #","notifications":true"#, #","notifications":{"toolsListChanged":1}"#,
        #","notifications":{"resourcesListChanged":null}"#,
        #","notifications":{"resourceSubscriptions":"holdfast://runs/run_1"}"#,
        #","notifications":{"resourceSubscriptions":[1]}"#,
    ])
    func aFilterOfTheWrongShapeIsInvalidParams(_ params: String) {
        var pipe = Pipe()
        pipe.client(Say.modern("1", "subscriptions/listen", params))
        pipe.error(-32602, id: 1, "params.notifications")
        pipe.silence()
    }

    @Test func subscriptionsAreOpenUpToTheLimit() throws {
        var pipe = Pipe()
        for number in 1...MCPLimits.subscriptions {
            try open("\(number)", #""toolsListChanged":true"#, on: &pipe)
        }
        pipe.client(listen("0", #""toolsListChanged":true"#))
        pipe.error(-32603, id: 0, "limit \(MCPLimits.subscriptions)")
        pipe.client(listen("0", #""resourcesListChanged":true"#))
        pipe.error(-32603, id: 0, "limit \(MCPLimits.subscriptions)")
        pipe.client(Say.cancel("1"))
        try open("0", #""toolsListChanged":true"#, on: &pipe)
    }

    @Test func aSubscriptionNamesResourcesUpToTheLimit() throws {
        let limit = MCPLimits.subscribedResources
        let uris = (1...limit).map { #""holdfast://runs/run_\#($0)""# }
        var pipe = Pipe()
        pipe.client(listen("1", #""resourceSubscriptions":[\#(uris.joined(separator: ","))]"#))
        pipe.answer(try pipe.asked(.watch(.resources)), .watching)
        let told = pipe.next()?["params"]?["notifications"]?["resourceSubscriptions"]
        #expect(told?.arrayValue?.count == limit)
        #expect(pipe.session.watched.uris.count == limit)
        let more = (uris + [#""file:///x""#]).joined(separator: ",")
        pipe.client(listen("2", #""resourceSubscriptions":[\#(more)]"#))
        pipe.error(-32602, id: 2, "\(limit) URIs, not \(limit + 1)")
        pipe.silence()
    }

    @Test func changesAreToldToNobodyWhoDidNotAsk() {
        var pipe = Pipe()
        pipe.client(Say.modern("1", "server/discover"))
        _ = pipe.next()
        for change in [ServedChange.tools, .resourceList, .resource(run)] { pipe.change(change) }
        pipe.silence()
    }
}
