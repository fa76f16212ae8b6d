// Tasks as the session speaks of them: declared for one request, handed out only to who takes them,
// asked about, told of. What a task is, is the host's.

import JSON
import MCP
import Testing

/// Tasks that say something in every field.
enum SampleTask {
    static let id = taskID("call_1")
    static let question = Question(
        key: "apr_1",
        form: QuestionForm(
            message: "Do it?",
            schema: [
                "type": "object", "properties": ["confirm": ["type": "boolean"]],
                "required": ["confirm"],
            ]))

    static func taskID(_ text: String) -> TaskID {
        guard let id = TaskID(text) else { preconditionFailure("the tests' own ids are good") }
        return id
    }

    static func view(_ standing: TaskView.Standing) -> TaskView {
        TaskView(
            id: id, standing: standing, message: "Waits.", createdAt: "2026-01-01T00:00:00.000Z",
            lastUpdatedAt: "2026-01-01T00:00:01.000Z", pollIntervalMs: 1000)
    }

    /// The members that every sight of a task that goes on has.
    static func members(_ status: String) -> JSONObject {
        [
            "taskId": "call_1", "status": .string(status), "statusMessage": "Waits.",
            "createdAt": "2026-01-01T00:00:00.000Z", "ttlMs": .null, "pollIntervalMs": 1000,
            "lastUpdatedAt": "2026-01-01T00:00:01.000Z",
        ]
    }

    static let inputRequests: JSONValue = [
        "apr_1": [
            "method": "elicitation/create",
            "params": [
                "mode": "form", "message": "Do it?",
                "requestedSchema": [
                    "type": "object", "properties": ["confirm": ["type": "boolean"]],
                    "required": ["confirm"],
                ],
            ],
        ]
    ]
}

@Suite struct TaskTests {
    private let requests = [
        ("tasks/get", #","taskId":"call_1""#, TaskRequest.get(SampleTask.id)),
        ("tasks/cancel", #","taskId":"call_1""#, .cancel(SampleTask.id)),
        (
            "tasks/update", #","taskId":"call_1","inputResponses":{"k":{"action":"decline"}}"#,
            .update(SampleTask.id, .none)
        ),
    ]

    private func result(_ message: JSONValue?) -> JSONObject {
        var result = message?["result"]?.objectValue ?? [:]
        #expect(result["_meta"]?["io.modelcontextprotocol/serverInfo"] != nil)
        result["_meta"] = nil
        return result
    }

    @Test func theExtensionIsAdvertisedToTheEraThatHasIt() {
        var pipe = Pipe()
        pipe.client(Say.modern("1", "server/discover"))
        let capabilities = pipe.next()?["result"]?["capabilities"]
        #expect(capabilities?["extensions"] == ["io.modelcontextprotocol/tasks": [:]])
        #expect(capabilities?["tasks"] == nil)
        pipe.client(Say.plain("2", "initialize", #"{"protocolVersion":"2025-11-25"}"#))
        let older = pipe.next()?["result"]?["capabilities"]
        #expect(older != nil && older?["extensions"] == nil && older?["tasks"] == nil)
    }

    @Test(arguments: [Say.tasks, Say.tasksAndForms])
    func aHandleStandsInPlaceOfAResult(_ capabilities: String) throws {
        let standings: [(TaskView.Standing, String)] = [
            (.working, "working"),
            (
                .inputRequired(SampleTask.question),
                capabilities == Say.tasks ? "working" : "input_required"
            ),
        ]
        for (standing, status) in standings {
            var pipe = Pipe()
            pipe.client(Say.able(capabilities, "1", "tools/call", #","name":"t""#))
            pipe.answer(try pipe.call().handle, .task(SampleTask.view(standing)))
            var expected = SampleTask.members(status)
            expected["resultType"] = "task"
            #expect(result(pipe.next()) == expected)
            pipe.silence()
        }
    }

    @Test func whatARequestDeclaresHoldsForItAlone() throws {
        var pipe = Pipe()
        pipe.client(Say.able(Say.tasksAndForms, "1", "tools/call", #","name":"t""#))
        pipe.client(Say.modern("2", "tools/call", #","name":"t""#))
        #expect(
            try pipe.call().request.abilities
                == ClientAbilities(hasTasks: true, showsForms: true))
        #expect(try pipe.call().request.abilities == .none)
    }

    @Test(arguments: [
        ("{}", false, false), (#"{"elicitation":{}}"#, false, true),
        (#"{"elicitation":{"url":{}}}"#, false, false),
        (#"{"elicitation":{"url":{},"form":{}}}"#, false, true),
        (#"{"elicitation":true}"#, false, false), (#"{"elicitation":{"form":1}}"#, false, false),
        (#"{"extensions":{"io.modelcontextprotocol/tasks":{}}}"#, true, false),
        (#"{"extensions":{"io.modelcontextprotocol/tasks":true}}"#, false, false),
        (#"{"extensions":["io.modelcontextprotocol/tasks"]}"#, false, false),
        (#"{"tasks":{}}"#, false, false),
    ])
    func abilitiesAreReadFromWhatIsDeclared(
        _ declared: String, _ hasTasks: Bool, _ showsForms: Bool
    ) throws {
        var pipe = Pipe()
        pipe.client(Say.able(declared, "1", "tools/call", #","name":"t""#))
        #expect(
            try pipe.call().request.abilities
                == ClientAbilities(hasTasks: hasTasks, showsForms: showsForms))
        var older = Pipe.legacy(.v2025_11_25, capabilities: declared)
        older.client(Say.plain("1", "tools/call", #"{"name":"t"}"#))
        #expect(
            try older.call().request.abilities
                == ClientAbilities(hasTasks: false, showsForms: showsForms))
        var oldest = Pipe.legacy(.v2025_03_26, capabilities: declared)
        oldest.client(Say.plain("1", "tools/call", #"{"name":"t"}"#))
        #expect(try oldest.call().request.abilities == .none)
    }

    @Test func aTaskIsToldAsItStands() throws {
        let inner: JSONObject = [
            "content": [["type": "text", "text": #"{"n":1}"#],
                ["type": "text", "text": "It was replayed."]],
            "structuredContent": ["n": 1], "isError": false, "resultType": "complete",
        ]
        let standings: [(TaskView.Standing, String)] = [
            (.working, "working"), (.inputRequired(SampleTask.question), "input_required"),
            (.completed(Sample.result), "completed"), (.cancelled, "cancelled"),
        ]
        for (standing, status) in standings {
            var pipe = Pipe()
            pipe.client(Say.able(Say.tasksAndForms, "1", "tasks/get", #","taskId":"call_1""#))
            pipe.answer(
                try pipe.asked(.get(SampleTask.id)), .task(SampleTask.view(standing)))
            var told = result(pipe.next())
            var expected = SampleTask.members(status)
            expected["resultType"] = "complete"
            if status == "input_required" { expected["inputRequests"] = SampleTask.inputRequests }
            if ["completed", "cancelled"].contains(status) { expected["pollIntervalMs"] = nil }
            if status == "completed" {
                var result = told["result"]?.objectValue ?? [:]
                #expect(result["_meta"]?["dev.holdfast/auditIndex"] == 7)
                result["_meta"] = nil
                #expect(result == inner)
                told["result"] = nil
            }
            #expect(told == expected)
            pipe.silence()
        }
    }

    @Test func aQuestionIsShownOnlyToWhoCanAskIt() throws {
        var pipe = Pipe()
        pipe.client(Say.able(Say.tasks, "1", "tasks/get", #","taskId":"call_1""#))
        let task = SampleTask.view(.inputRequired(SampleTask.question))
        pipe.answer(try pipe.asked(.get(SampleTask.id)), .task(task))
        var expected = SampleTask.members("working")
        expected["resultType"] = "complete"
        #expect(result(pipe.next()) == expected)
    }

    @Test func whoDoesNotDeclareTasksIsToldToEachTime() throws {
        var pipe = Pipe()
        for (method, params, _) in requests {
            pipe.client(Say.able(Say.forms, "1", method, params))
            let error = pipe.error(-32021, id: 1, "io.modelcontextprotocol/tasks")
            #expect(
                error?["data"] == [
                    "requiredCapabilities": ["extensions": ["io.modelcontextprotocol/tasks": [:]]]
                ])
        }
        pipe.client(Say.modern("1", "subscriptions/listen", #","notifications":{"taskIds":[]}"#))
        pipe.error(-32021, id: 1)
        pipe.silence()
    }

    @Test func anUnknownTaskIsBadParams() throws {
        var pipe = Pipe()
        for (method, params, expected) in requests {
            pipe.client(Say.able(Say.tasks, "1", method, params))
            pipe.answer(try pipe.asked(expected), .unknownTask)
            pipe.error(-32602, id: 1, "Unknown task")
            let long = String(repeating: "x", count: MCPLimits.taskIDBytes + 1)
            let more = method == "tasks/update" ? #","inputResponses":{}"# : ""
            pipe.client(Say.able(Say.tasks, "2", method, #","taskId":"\#(long)"\#(more)"#))
            pipe.error(-32602, id: 2, "Unknown task")
            for bad in ["", #","taskId":1"#, #","taskId":null"#] {
                pipe.client(Say.able(Say.tasks, "3", method, bad + more))
                pipe.error(-32602, id: 3, "params.taskId")
            }
        }
        let longest = String(repeating: "x", count: MCPLimits.taskIDBytes)
        pipe.client(Say.able(Say.tasks, "4", "tasks/get", #","taskId":"\#(longest)""#))
        _ = try pipe.asked(.get(SampleTask.taskID(longest)))
        for bad in ["", #","inputResponses":[]"#, #","inputResponses":null"#] {
            pipe.client(Say.able(Say.tasks, "5", "tasks/update", #","taskId":"call_1""# + bad))
            pipe.error(-32602, id: 5, "params.inputResponses")
        }
        pipe.silence()
    }

    @Test func updatesAndCancelsAreAcknowledgedEmpty() throws {
        var pipe = Pipe()
        for (method, params, expected) in requests.dropFirst() {
            pipe.client(Say.able(Say.tasks, "1", method, params))
            pipe.answer(try pipe.asked(expected), .acknowledged)
            #expect(result(pipe.next()) == ["resultType": "complete"])
        }
        pipe.silence()
    }

    @Test func answersOfWhoCannotAskAreNotHeard() throws {
        var pipe = Pipe()
        let params = #","taskId":"call_1","inputResponses":{"k":{"action":"decline"}}"#
        pipe.client(Say.able(Say.tasks, "1", "tasks/update", params))
        _ = try pipe.asked(.update(SampleTask.id, .none))
        pipe.client(Say.able(Say.tasksAndForms, "2", "tasks/update", params))
        let heard = InputResponses(["k": ["action": "decline"]])
        _ = try pipe.asked(.update(SampleTask.id, heard))
        #expect(heard["k"] == .declined && heard["j"] == nil)
    }

    @Test(arguments: ["tasks/result", "tasks/list"])
    func whatTasksUsedToBeIsUnknown(_ method: String) {
        var pipe = Pipe()
        pipe.client(Say.able(Say.tasks, "1", method, #","taskId":"call_1""#))
        pipe.error(-32601, id: 1, method)
        pipe.silence()
    }

    @Test(arguments: ["tasks/get", "tasks/cancel", "tasks/result", "tasks/list"])
    func afterAHandshakeThereAreNoTasks(_ method: String) {
        var pipe = Pipe.legacy(.v2025_11_25)
        pipe.client(Say.plain("1", method, #"{"taskId":"call_1"}"#))
        pipe.error(-32601, id: 1, method)
        pipe.silence()
    }

    /// A name that only the stateless era has is taken for that era's.
    @Test func anUpdateIsAlwaysOfTheStatelessEra() {
        var pipe = Pipe.legacy(.v2025_11_25)
        pipe.client(Say.plain("1", "tasks/update", #"{"taskId":"call_1"}"#))
        pipe.error(-32602, id: 1, "io.modelcontextprotocol/protocolVersion")
        pipe.silence()
    }

    @Test(arguments: ["tasks/get", "tasks/cancel", "tasks/update"])
    func beforeAHandshakeTheWaysInAreNamed(_ method: String) {
        var pipe = Pipe()
        pipe.client(Say.plain("1", method, #"{"taskId":"call_1"}"#))
        pipe.error(-32602, id: 1, "io.modelcontextprotocol/protocolVersion")
        pipe.silence()
    }

    @Test func theHintOfAnOlderRevisionIsIgnored() throws {
        var pipe = Pipe()
        pipe.client(Say.able(Say.tasks, "1", "tools/call", #","name":"t","task":{"ttl":1}"#))
        pipe.answer(try pipe.call().handle, .toolResult(Sample.result))
        #expect(pipe.next()?["result"]?["resultType"] == "complete")
    }
}

@Suite struct TaskSubscriptionTests {
    private func listen(_ capabilities: String, _ ids: String) -> String {
        Say.able(
            capabilities, "7", "subscriptions/listen", #","notifications":{"taskIds":[\#(ids)]}"#)
    }

    private func listening(_ capabilities: String) throws -> Pipe {
        var pipe = Pipe()
        pipe.client(listen(capabilities, #""call_2","call_1","call_2""#))
        let wanted = WatchedKinds(tasks: [SampleTask.taskID("call_2"), SampleTask.id])
        let handle = try pipe.asked(.watch(wanted))
        // Nothing is told before it is acknowledged.
        pipe.change(.task(SampleTask.view(.working)))
        pipe.silence()
        pipe.answer(handle, .watchingTasks([SampleTask.id]))
        let acknowledged = pipe.next()
        #expect(acknowledged?["method"] == "notifications/subscriptions/acknowledged")
        #expect(acknowledged?["params"]?["notifications"] == ["taskIds": ["call_1"]])
        return pipe
    }

    @Test func onlyWhatIsTheCallersIsToldInFull() throws {
        var pipe = try listening(Say.tasks)
        #expect(pipe.session.watched.tasks == [SampleTask.id])
        #expect(pipe.session.watched.isEmpty == false)
        pipe.change(.task(SampleTask.view(.completed(Sample.result))))
        let told = pipe.next()
        #expect(told?["method"] == "notifications/tasks")
        #expect(told?["params"]?["status"] == "completed")
        #expect(told?["params"]?["result"]?["structuredContent"] == ["n": 1])
        #expect(told?["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == 7)
        var other = SampleTask.view(.cancelled)
        other.id = SampleTask.taskID("call_2")
        pipe.change(.task(other))
        pipe.silence()
    }

    @Test(arguments: [(Say.tasks, "working"), (Say.tasksAndForms, "input_required")])
    func aQuestionIsToldToWhoCanAskIt(_ capabilities: String, _ status: String) throws {
        var pipe = try listening(capabilities)
        pipe.change(.task(SampleTask.view(.inputRequired(SampleTask.question))))
        let told = pipe.next()
        #expect(told?["params"]?["status"] == .string(status))
        let expected = status == "working" ? JSONValue?.none : SampleTask.inputRequests
        #expect(told?["params"]?["inputRequests"] == expected)
    }

    @Test func aClientOfTheHandshakeHearsOfNone() {
        var pipe = Pipe.legacy(.v2025_11_25)
        pipe.change(.task(SampleTask.view(.working)))
        pipe.silence()
    }

    @Test func soManyAndNoMore() throws {
        for (count, isTooMany) in [
            (MCPLimits.subscribedTasks, false), (MCPLimits.subscribedTasks + 1, true),
        ] {
            var pipe = Pipe()
            let ids = (0..<count).map { #""call_\#($0)""# }
            pipe.client(listen(Say.tasks, ids.joined(separator: ",")))
            if isTooMany {
                pipe.error(-32602, id: 7, "taskIds")
            } else {
                let all = (0..<count).map { SampleTask.taskID("call_\($0)") }
                _ = try pipe.asked(.watch(WatchedKinds(tasks: all)))
            }
            pipe.silence()
        }
        var pipe = Pipe()
        pipe.client(listen(Say.tasks, "1"))
        pipe.error(-32602, id: 7, "taskIds")
    }
}
