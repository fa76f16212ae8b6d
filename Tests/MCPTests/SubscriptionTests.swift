// Subscriptions of both eras: who is told what, under which name, from when and until when.

import JSON
import MCP
import Testing

struct SubscriptionTests {
    private let run = Offer.uri("run_1")
    private let other = Offer.uri("run_2")

    private func listen(_ id: String, _ notifications: String) -> String {
        Say.modern(id, "subscriptions/listen", #","notifications":{\#(notifications)}"#)
    }

    private func acknowledged(_ id: JSONValue, _ honoured: JSONValue) -> JSONValue {
        [
            "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
            "params": [
                "_meta": ["io.modelcontextprotocol/subscriptionId": id],
                "notifications": honoured,
            ],
        ]
    }

    private func told(_ id: JSONValue?, _ method: String, _ uri: String? = nil) -> JSONValue {
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
    private func listening(_ id: String, _ notifications: String) throws -> Pipe {
        var pipe = Pipe()
        try open(id, notifications, on: &pipe)
        return pipe
    }

    private func open(_ id: String, _ notifications: String, on pipe: inout Pipe) throws {
        pipe.client(listen(id, notifications))
        let kinds: WatchedKinds? =
            switch (notifications.contains("tools"), notifications.contains("esource")) {
            case (true, true): .toolsAndResources
            case (true, false): .tools
            case (false, true): .resources
            case (false, false): nil
            }
        if let kinds { pipe.answer(try pipe.asked(.watch(kinds)), .watching) }
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
                    + #""taskIds":["t"],"resourceSubscriptions":\#(resources)"#))
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
        pipe.error(-32602, id: 2, "\(limit) resources, not \(limit + 1)")
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

extension SubscriptionTests {
    private func subscribe(_ id: String, _ uri: String, undo: Bool = false) -> String {
        Say.plain(id, "resources/\(undo ? "un" : "")subscribe", #"{"uri":"\#(uri)"}"#)
    }

    @Test(arguments: ProtocolVersion.allCases.filter { $0 < .v2026_07_28 })
    func aClientOfTheHandshakeSubscribesToResources(_ version: ProtocolVersion) throws {
        var pipe = Pipe.legacy(version)
        for id in ["1", "2"] {
            pipe.client(subscribe(id, run.text))
            pipe.answer(try pipe.asked(.watch(.resources)), .watching)
            pipe.server(["jsonrpc": "2.0", "id": try JSONParser.parse(id), "result": [:]])
        }
        pipe.change(.resource(run))
        pipe.server(told(nil, "resources/updated", run.text))
        pipe.change(.resource(other))
        pipe.silence()
        for id in ["3", "4"] {
            pipe.client(subscribe(id, run.text, undo: true))
            pipe.server(["jsonrpc": "2.0", "id": try JSONParser.parse(id), "result": [:]])
        }
        pipe.change(.resource(run))
        pipe.silence()
        #expect(pipe.session.watched.isEmpty)
    }

    @Test(arguments: ProtocolVersion.allCases.filter { $0 < .v2026_07_28 })
    func itIsToldOfListsThatItHas(_ version: ProtocolVersion) throws {
        var pipe = Pipe.legacy(version)
        pipe.change(.tools)
        pipe.server(told(nil, "tools/list_changed"))
        // It has no list of resources that could be out of date.
        pipe.change(.resourceList)
        pipe.silence()
        #expect(pipe.session.watched.isEmpty)
        pipe.client(Say.plain("1", "resources/list"))
        let handle = try pipe.asked(.resourceList(after: nil))
        #expect(pipe.session.watched.includesList)
        pipe.answer(handle, .resources(ResourcePage([], next: nil)))
        _ = pipe.next()
        pipe.change(.resourceList)
        pipe.server(told(nil, "resources/list_changed"))
        pipe.silence()
    }

    @Test func whatCannotExistCannotBeSubscribedTo() {
        var pipe = Pipe.legacy(.v2025_11_25)
        pipe.client(subscribe("1", "file:///x"))
        let error = pipe.error(-32002, id: 1, "Resource not found")
        #expect(error?["data"] == ["uri": "file:///x"])
        pipe.client(Say.plain("2", "resources/subscribe", #"{"uri":7}"#))
        pipe.error(-32602, id: 2, "params.uri")
        pipe.client(Say.plain("3", "resources/unsubscribe"))
        pipe.error(-32602, id: 3, "params.uri")
        pipe.silence()
        #expect(pipe.session.watched.isEmpty)
    }

    @Test func aSubscriptionThatFailsOrIsCancelledIsNone() throws {
        var pipe = Pipe.legacy(.v2025_11_25)
        pipe.client(subscribe("1", run.text))
        pipe.answer(try pipe.asked(.watch(.resources)), .internalError("disk full"))
        pipe.error(-32603, id: 1, "disk full")
        #expect(pipe.session.watched.isEmpty)
        pipe.client(subscribe("2", run.text))
        let handle = try pipe.asked(.watch(.resources))
        pipe.client(Say.cancel("2"))
        pipe.cancelled(handle, reason: nil)
        pipe.answer(handle, .watching)
        pipe.change(.resource(run))
        pipe.silence()
        #expect(pipe.session.watched.isEmpty)
    }

    /// Whichever of several requests for one resource comes to nothing: what another was promised
    /// is kept.
    @Test(arguments: [false, true], [false, true])
    func oneThatComesToNothingLeavesTheOthers(isCancelled: Bool, isGivenUp: Bool) throws {
        for failing in [0, 1] {
            for endsFirst in [true, false] {
                var pipe = Pipe.legacy(.v2025_11_25)
                pipe.client(subscribe("0", run.text))
                if isGivenUp, failing == 0 {
                    pipe.client(subscribe("9", run.text, undo: true))
                }
                pipe.client(subscribe("1", run.text))
                var handles: [RequestHandle] = [try pipe.asked(.watch(.resources))]
                if isGivenUp, failing == 0 { _ = pipe.next() }
                handles.append(try pipe.asked(.watch(.resources)))
                let fail: (inout Pipe) -> Void = { pipe in
                    if isCancelled {
                        pipe.client(Say.cancel("\(failing)"))
                        pipe.cancelled(handles[failing], reason: nil)
                        pipe.answer(handles[failing], .watching)
                    } else {
                        pipe.answer(handles[failing], .internalError("disk full"))
                        pipe.error(-32603, id: .integer(failing))
                    }
                }
                if endsFirst { fail(&pipe) }
                pipe.answer(handles[1 - failing], .watching)
                pipe.server(["jsonrpc": "2.0", "id": .integer(1 - failing), "result": [:]])
                if !endsFirst { fail(&pipe) }
                pipe.change(.resource(run))
                pipe.server(told(nil, "resources/updated", run.text))
                pipe.silence()
                #expect(pipe.session.watched.uris == [run])
            }
        }
    }

    @Test func whatWasGivenUpWhileItWasAskedForStaysSo() throws {
        var pipe = Pipe.legacy(.v2025_11_25)
        pipe.client(subscribe("1", run.text))
        let handle = try pipe.asked(.watch(.resources))
        pipe.client(subscribe("2", run.text, undo: true))
        _ = pipe.next()
        pipe.answer(handle, .watching)
        _ = pipe.next()
        pipe.change(.resource(run))
        pipe.silence()
        #expect(pipe.session.watched.isEmpty)
    }

    @Test func aSecondOneThatFailsLeavesTheFirst() throws {
        var pipe = Pipe.legacy(.v2025_11_25)
        pipe.client(subscribe("1", run.text))
        pipe.answer(try pipe.asked(.watch(.resources)), .watching)
        _ = pipe.next()
        pipe.client(subscribe("2", run.text))
        pipe.answer(try pipe.asked(.watch(.resources)), .internalError("disk full"))
        pipe.error(-32603, id: 2)
        pipe.change(.resource(run))
        pipe.server(told(nil, "resources/updated", run.text))
        pipe.silence()
    }

    @Test func resourcesAreSubscribedToUpToTheLimit() throws {
        var pipe = Pipe.legacy(.v2025_11_25)
        for number in 1...MCPLimits.subscribedResources {
            pipe.client(subscribe("\(number)", "holdfast://runs/run_\(number)"))
            pipe.answer(try pipe.asked(.watch(.resources)), .watching)
            _ = pipe.next()
        }
        pipe.client(subscribe("0", "holdfast://calls/call_1"))
        pipe.error(-32603, id: 0, "limit \(MCPLimits.subscribedResources)")
        pipe.client(subscribe("0", "holdfast://runs/run_1"))
        _ = try pipe.asked(.watch(.resources))
        pipe.silence()
    }

    @Test func bothErasAreToldOnOnePipe() throws {
        var pipe = Pipe.legacy(.v2025_06_18)
        try open("\"new\"", #""toolsListChanged":true"#, on: &pipe)
        pipe.change(.tools)
        pipe.server(told(nil, "tools/list_changed"))
        pipe.server(told("new", "tools/list_changed"))
        pipe.silence()
    }

    @Test func aSubscriptionInABatchIsAnsweredInIt() throws {
        var pipe = Pipe.legacy(.v2025_03_26)
        pipe.client("[\(subscribe("1", run.text)),\(Say.plain("2", "ping"))]")
        pipe.answer(try pipe.asked(.watch(.resources)), .watching)
        #expect(pipe.next()?.arrayValue?.map { $0["id"] } == [2, 1])
        pipe.silence()
    }
}
