// The kind `none`: the result is the decision, and nothing else happens.

import Engine
import Host
import JSON
import Testing

@testable import Connectors

@Suite struct NoneTests {
    private let scratch = Scratch()

    @Test func resultIsMadeOfTheCallAndItsApproval() async throws {
        let spec: JSONObject = [
            "kind": "none",
            "result": [
                "decision": ["$from": "/approval/decision"], "by": ["$from": "/approval/by"],
                "call": ["$from": "/call/id"], "about": "for {/arguments/what}",
            ],
        ]
        let connector = try NoneConnectorKind().connector(for: spec, of: scratch.context(.natural))
        let outcome = await connector.execute(
            attempt(["what": "refund"], approval: ["decision": "approved", "by": "lea"]),
            stop: StopSignal())
        #expect(
            outcome.result == [
                "decision": "approved", "by": "lea", "call": .string(call(1).text),
                "about": "for refund",
            ])
    }

    @Test func withoutAnApprovalItIsNull() async throws {
        let spec: JSONObject = ["kind": "none", "result": ["d": ["$from": "/approval/decision"]]]
        let connector = try NoneConnectorKind().connector(for: spec, of: scratch.context(.natural))
        #expect(await connector.execute(attempt(), stop: StopSignal()).result == ["d": nil])
    }

    @Test func faultsAreNamed() {
        let context = scratch.context(.natural)
        let kind = NoneConnectorKind()
        #expect(
            problem(in: ["kind": "none", "reslt": [:]], kind, context)?.message.contains("result")
                == true)
        #expect(problem(in: ["kind": "none", "result": "text"], kind, context) != nil)
        #expect(
            problem(in: ["kind": "none", "result": ["a": ["$from": "/result/x"]]], kind, context)
                != nil)
        #expect(problem(in: ["kind": "none"], kind, context) == nil)
    }

    @Test func everyKindIsListedOnce() {
        #expect(
            ConnectorKinds.all().map(\.name)
                == ["command", "none", "notice_file", "notice_webhook", "sql"])
    }
}
