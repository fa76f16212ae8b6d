// What a manifest's `sql` object is refused for, and where the refusal points.

import Engine
import Host
import JSON
import Testing

@testable import Connectors

@Suite struct SQLSpecTests {
    private let scratch = Scratch()
    private let closed: JSONValue = [
        "type": "object", "additionalProperties": false,
        "properties": ["title": ["type": "string"]],
    ]

    private func found(
        _ change: (inout JSONObject) -> Void, delivery: Delivery = .transactional
    ) -> (pointer: String, message: String)? {
        var spec: JSONObject = [
            "kind": "sql", "database": "desk", "statement": "SELECT :title AS title",
            "parameters": ["title": ["$from": "/arguments/title"]], "result": "row",
        ]
        change(&spec)
        return problem(in: spec, SQLConnectorKind(), scratch.context(delivery, input: closed))
            .map { ($0.pointer.description, $0.message) }
    }

    @Test func acceptsWhatIsRight() {
        #expect(found { _ in } == nil)
        #expect(found { $0["not_found"] = "No booking {/arguments/title}." } == nil)
        #expect(found { $0["result"] = nil } == nil)
    }

    @Test func namesTheNearestKeyAndDatabase() {
        let key = found { $0["paramters"] = [:] }
        #expect(key?.pointer == "/paramters")
        #expect(key?.message.contains("\"parameters\"") == true)
        let database = found { $0["database"] = "dask" }
        #expect(database?.pointer == "/database")
        #expect(database?.message.contains("\"desk\"") == true)
        #expect(found { $0["result"] = "rowss" }?.message.contains("\"rows\"") == true)
    }

    @Test func holdsParametersAndStatementsTogether() {
        let undeclared = found { $0["statement"] = "SELECT :title, :titel" }
        #expect(undeclared?.pointer == "/statement")
        #expect(undeclared?.message.contains(":titel") == true)
        let unused = found { $0["parameters"] = ["title": "x", "extra": 1] }
        #expect(unused?.pointer == "/parameters/extra")
        #expect(found { $0["statement"] = "SELECT ':title'" }?.pointer == "/parameters/title")
    }

    @Test(arguments: [
        "ATTACH 'x' AS y", "DETACH y", "PRAGMA user_version = 1", "BEGIN", "COMMIT", "END",
        "ROLLBACK", "SAVEPOINT a", "RELEASE a", "VACUUM", "/* x */ pragma y",
    ])
    func refusesStatementsThatLeaveTheTransaction(sql: String) {
        let found = found { spec in
            spec["statement"] = .string(sql)
            spec["parameters"] = nil
        }
        #expect(found?.pointer == "/statement")
        #expect(found?.message.contains("not allowed") == true)
    }

    @Test func refusesSeveralStatementsInOneText() {
        let found = found { $0["statement"] = "SELECT :title; DELETE FROM t" }
        #expect(found?.message.contains("two statements") == true)
        let listed = self.found {
            $0["statement"] = nil
            $0["statements"] = ["SELECT :title", "SELECT 1; SELECT 2"]
        }
        #expect(listed?.pointer == "/statements/1")
    }

    @Test func wantsOneOfStatementAndStatements() {
        #expect(found { $0["statements"] = ["SELECT 1"] } != nil)
        #expect(found { $0["statement"] = nil } != nil)
        #expect(found { $0["statement"] = 5 }?.pointer == "/statement")
        #expect(found { $0["statement"] = "SELECT ?1, :title" }?.message.contains("?1") == true)
        #expect(found { $0["statement"] = " -- \n" }?.message.contains("empty") == true)
        #expect(found { $0["statement"] = "SELECT :title, 'x" }?.message.contains("closed") == true)
        #expect(found { $0["statement"] = "SELECT :title \0" }?.message.contains("NUL") == true)
    }

    @Test func limitsTheNumberAndLengthOfStatements() {
        func several(_ count: Int) -> (pointer: String, message: String)? {
            found {
                $0["statement"] = nil
                $0["statements"] = .array(
                    ["SELECT :title"] + Array(repeating: "SELECT 1", count: count - 1))
            }
        }
        #expect(several(ConnectorLimits.statementsMax) == nil)
        #expect(several(ConnectorLimits.statementsMax + 1) != nil)
        func long(_ bytes: Int) -> (pointer: String, message: String)? {
            let head = "SELECT :title --"
            return found {
                $0["statement"] = .string(
                    head + String(repeating: "x", count: bytes - head.utf8.count))
            }
        }
        #expect(long(ConnectorLimits.statementBytesMax) == nil)
        #expect(long(ConnectorLimits.statementBytesMax + 1) != nil)
    }

    @Test func refusesPointersThatLeadNowhere() {
        let root = found { $0["parameters"] = ["title": ["$from": "/result/x"]] }
        #expect(root?.pointer.hasPrefix("/parameters/title") == true)
        let name = found { $0["parameters"] = ["title": ["$from": "/arguments/titel"]] }
        #expect(name?.message.contains("\"title\"") == true)
    }

    @Test func refusesKeyedDelivery() {
        #expect(found({ _ in }, delivery: .keyed)?.message.contains("transactional") == true)
    }
}
