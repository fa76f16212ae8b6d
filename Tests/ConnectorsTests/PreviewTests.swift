// What would be sent, said before anything is: by each kind, without opening or reading anything.

import Engine
import Host
import JSON
import Testing

@testable import Connectors

struct PreviewTests {
    private let scratch = Scratch()

    private func preview(
        _ kind: any ConnectorKind, _ spec: JSONObject, _ arguments: JSONObject,
        call: CallID? = nil, secrets: [String: SecretSource] = [:]
    ) throws -> JSONValue? {
        let context = scratch.context(.transactional, secrets: secrets)
        return try kind.connector(for: spec, of: context).preview(arguments, call: call)
    }

    @Test func sqlSaysItsStatementsWithTheParametersOfEach() throws {
        let spec: JSONObject = [
            "kind": "sql", "database": "desk",
            "statements": ["INSERT INTO a VALUES (:x, :id)", "DELETE FROM b WHERE y = :y"],
            "parameters": [
                "x": ["$from": "/arguments/x"], "y": "<{/arguments/y}>",
                "id": ["$from": "/call/id"],
            ],
        ]
        let said = try preview(SQLConnectorKind(), spec, ["x": 2, "y": "(personal)"])
        #expect(
            said == [
                "database": "desk",
                "statements": [
                    [
                        "statement": "INSERT INTO a VALUES (:x, :id)",
                        "parameters": ["x": 2, "id": "(the call's id)"],
                    ],
                    [
                        "statement": "DELETE FROM b WHERE y = :y",
                        "parameters": ["y": "<(personal)>"],
                    ],
                ],
            ])
        // No database was made by asking.
        #expect(scratch.text("desk.db") == nil)
        let known = try preview(SQLConnectorKind(), spec, ["x": 1, "y": "z"], call: call(7))
        let first = known?["statements"]?.arrayValue?.first
        #expect(first?["parameters"]?["id"] == .string(call(7).text))
    }

    @Test func aCommandSaysItsWordsAndOnlyTheNamesOfItsVariables() throws {
        let spec: JSONObject = [
            "kind": "command", "argv": ["pay", "--to", ["$from": "/arguments/to"]],
            "environment": ["TOKEN": ["secret": "key"], "PATH": "hidden-place"],
        ]
        // A source that would fail if it were read.
        let said = try preview(
            CommandConnectorKind(), spec, ["to": "ana", "note": "(secret)"],
            secrets: ["key": .file(scratch.file("not-there"))])
        #expect(said?["argv"] == ["pay", "--to", "ana"])
        #expect(said?["stdin"] == ["to": "ana", "note": "(secret)"])
        #expect(
            said?["environment"] == [
                "HOME", "LANG", "TOKEN", "PATH", "HOLDFAST_CALL_ID", "HOLDFAST_IDEMPOTENCY_KEY",
                "HOLDFAST_ATTEMPT",
            ])
        #expect(said?.compactText.contains("hidden-place") == false)
    }

    @Test func whatCannotBeMadeIsNotSaid() throws {
        let spec: JSONObject = [
            "kind": "command", "argv": ["pay", ["$from": "/arguments/to"]],
        ]
        #expect(try preview(CommandConnectorKind(), spec, [:]) == nil)
        #expect(try preview(CommandConnectorKind(), spec, ["to": "-rf"]) == nil)
    }

    @Test func noneSaysWhatTheCallerWouldBeTold() throws {
        let spec: JSONObject = [
            "kind": "none",
            "result": ["decision": ["$from": "/approval/decision"], "of": "{/arguments/what}"],
        ]
        #expect(
            try preview(NoneConnectorKind(), spec, ["what": "a cot"])
                == ["result": ["decision": "(the decision)", "of": "a cot"]])
    }
}
