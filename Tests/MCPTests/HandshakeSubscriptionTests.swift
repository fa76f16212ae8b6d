// Subscriptions of clients that shook hands: to resources, one by one, beside those of the other
// era.

import JSON
import MCP
import Testing

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
