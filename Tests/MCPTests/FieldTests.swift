// Which field exists in which version: the reference's table, a row each.

import JSON
import MCP
import Testing

struct FieldTests {
    /// A field by its way through a result, and the versions it is in.
    private struct Row {
        let method: String
        let path: [String]
        let from: ProtocolVersion
        var until = ProtocolVersion.v2026_07_28

        init(
            _ method: String, _ path: String, _ from: ProtocolVersion,
            until: ProtocolVersion = .v2026_07_28
        ) {
            self.method = method
            self.path = path.split(separator: "|").map(String.init)
            self.from = from
            self.until = until
        }
    }

    private static let cacheable = [
        "tools/list", "resources/list", "resources/templates/list", "resources/read",
        "prompts/list",
    ]

    private static let rows =
        [
            Row("tools/list", "tools|0|name", .v2024_11_05),
            Row("tools/list", "tools|0|annotations", .v2025_03_26),
            Row("tools/list", "tools|0|title", .v2025_06_18),
            Row("tools/list", "tools|0|outputSchema", .v2025_06_18),
            Row("tools/list", "tools|0|annotations|title", .v2025_03_26, until: .v2025_03_26),
            Row("tools/call", "content|0|text", .v2024_11_05),
            Row("tools/call", "structuredContent", .v2025_06_18),
            Row("tools/call", "_meta|dev.holdfast/auditIndex", .v2024_11_05),
            Row("resources/list", "resources|0|uri", .v2024_11_05),
            Row("resources/list", "resources|0|description", .v2024_11_05),
            Row("resources/list", "resources|0|title", .v2025_06_18),
            Row("resources/list", "nextCursor", .v2024_11_05),
            Row("resources/templates/list", "resourceTemplates|0|uriTemplate", .v2024_11_05),
            Row("resources/templates/list", "resourceTemplates|0|title", .v2025_06_18),
            Row("resources/read", "contents|0|text", .v2024_11_05),
            Row("prompts/list", "prompts|0|description", .v2024_11_05),
            Row("prompts/list", "prompts|0|title", .v2025_06_18),
            Row("prompts/list", "prompts|0|arguments|0|required", .v2024_11_05),
            Row("prompts/list", "prompts|0|arguments|0|title", .v2025_06_18),
            Row("prompts/get", "messages|0|content|text", .v2024_11_05),
            Row("completion/complete", "completion|hasMore", .v2024_11_05),
        ]
        + cacheable.flatMap { method in
            ["ttlMs", "cacheScope"].map { Row(method, $0, .v2026_07_28) }
        }
        + (cacheable + ["tools/call", "prompts/get", "completion/complete"]).flatMap { method in
            ["resultType", "_meta|io.modelcontextprotocol/serverInfo|name"].map {
                Row(method, $0, .v2026_07_28)
            }
        }

    private func result(_ method: String, _ version: ProtocolVersion) throws -> JSONValue {
        var pipe = Pipe.speaking(version)
        func ask(_ params: String = "") { pipe.client(Say.request(version, "1", method, params)) }
        switch method {
        case "tools/list":
            ask()
            pipe.answer(try pipe.list(), .tools(Sample.tools))
        case "tools/call":
            ask(#","name":"t""#)
            pipe.answer(try pipe.call().handle, .toolResult(Sample.result))
        case "resources/list":
            ask()
            pipe.answer(try pipe.asked(.resourceList(after: nil)), .resources(Offer.page))
        case "resources/read":
            ask(#","uri":"holdfast://runs/run_1""#)
            pipe.answer(
                try pipe.asked(.resource(Offer.uri("run_1"))), .resource(Offer.content))
        case "prompts/get":
            ask(#","name":"resume_run","arguments":{"run_id":"r"}"#)
            let request = PromptRequest.resume(["run_id": "r"])
            pipe.answer(try pipe.asked(.prompt(request)), .prompt(Offer.prompt))
        case "completion/complete":
            ask(#","ref":{"type":"ref/resource","uri":"holdfast://runs/{id}"},"#
                + #""argument":{"name":"id","value":""}"#)
            let request = CompletionRequest.of(.resource(Offer.runs), "")
            pipe.answer(
                try pipe.asked(.completion(request)),
                .completion(Completion(values: ["run_1"], total: 1)))
        case _: ask()
        }
        let sent = pipe.next()
        pipe.silence()
        return try #require(sent?["result"])
    }

    @Test(arguments: ProtocolVersion.allCases)
    func aFieldIsWrittenWhereItsVersionHasIt(_ version: ProtocolVersion) throws {
        var results: [String: JSONValue] = [:]
        for row in Self.rows {
            let known = try results[row.method] ?? result(row.method, version)
            results[row.method] = known
            let found = row.path.reduce(Optional(known)) { value, step in
                guard let index = Int(step) else { return value?[step] }
                return value?.arrayValue?.dropFirst(index).first
            }
            let isKnown = row.from <= version && version <= row.until
            #expect((found != nil) == isKnown, "\(row.method) \(row.path) in \(version)")
        }
    }

    /// What this server has no use for is in no message of any version.
    @Test(arguments: ProtocolVersion.allCases)
    func nothingIsWrittenThatNobodyPromised(_ version: ProtocolVersion) throws {
        for method in Set(Self.rows.map(\.method)).sorted() {
            let names = Self.names(in: try result(method, version))
            let unused: Set = ["icons", "execution", "inputRequests", "requestState", "tasks"]
            #expect(names.isDisjoint(with: unused))
        }
    }

    private static func names(in value: JSONValue) -> Set<String> {
        switch value {
        case .null, .bool, .number, .string: []
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(names(in: $1)) }
        case .object(let members):
            members.reduce(into: []) { $0.formUnion(names(in: $1.value).union([$1.name])) }
        }
    }
}
