// What a manifest's `command` object is refused for, and where the refusal points.

import Engine
import Host
import JSON
import Testing

@testable import Connectors

@Suite struct CommandSpecTests {
    private let scratch = Scratch()

    private func found(_ change: (inout JSONObject) -> Void) -> (pointer: String, message: String)?
    {
        var spec: JSONObject = ["kind": "command", "argv": ["tool", "--", "{/arguments/a}"]]
        change(&spec)
        let context = scratch.context(.read, secrets: ["crm_token": .environment("X")])
        return problem(in: spec, CommandConnectorKind(), context)
            .map { ($0.pointer.description, $0.message) }
    }

    @Test func acceptsWhatIsRight() {
        #expect(found { _ in } == nil)
        #expect(
            found {
                $0["cwd"] = "work"
                $0["environment"] = ["A_1": "x", "TOKEN": ["secret": "crm_token"]]
                $0["stdin"] = ["$from": "/arguments/b"]
            } == nil)
    }

    @Test func namesUnknownKeysAndSecrets() {
        #expect(found { $0["enviroment"] = [:] }?.message.contains("\"environment\"") == true)
        let secret = found { $0["environment"] = ["A": ["secret": "crm_tokn"]] }
        #expect(secret?.pointer == "/environment/A/secret")
        #expect(secret?.message.contains("\"crm_token\"") == true)
    }

    @Test func programIsTheManifestsToSay() {
        #expect(found { $0["argv"] = ["{/arguments/a}"] }?.pointer == "/argv/0")
        #expect(found { $0["argv"] = [["$from": "/arguments/a"]] }?.pointer == "/argv/0")
        #expect(found { $0["argv"] = [""] }?.pointer == "/argv/0")
        #expect(found { $0["argv"] = ["a\0b"] }?.pointer == "/argv/0")
        #expect(found { $0["argv"] = [] }?.pointer == "/argv")
        #expect(found { $0["argv"] = "tool" }?.pointer == "/argv")
        #expect(found { $0["argv"] = nil }?.pointer == "/argv")
    }

    @Test func limitsTheNumberOfWords() {
        func words(_ count: Int) -> (pointer: String, message: String)? {
            found { $0["argv"] = .array(Array(repeating: "x", count: count)) }
        }
        #expect(words(ConnectorLimits.argumentsMax) == nil)
        #expect(words(ConnectorLimits.argumentsMax + 1)?.pointer == "/argv")
    }

    @Test(arguments: ["1A", "A-B", "", "A=B", "HOLDFAST_CALL_ID", "Ä"])
    func refusesNamesOfVariables(name: String) {
        #expect(found { $0["environment"] = .object(JSONObject([(name, "x")])) } != nil)
    }

    @Test func refusesOtherValues() {
        #expect(found { $0["environment"] = ["A": 5] }?.pointer == "/environment/A")
        #expect(found { $0["environment"] = ["A": "x\0"] }?.pointer == "/environment/A")
        #expect(found { $0["argv"] = ["t", "{/result/x}"] }?.pointer == "/argv/1")
        #expect(found { $0["argv"] = ["t", "a\0"] }?.pointer == "/argv/1")
        #expect(found { $0["cwd"] = 5 }?.pointer == "/cwd")
        #expect(found { $0["cwd"] = "" }?.pointer == "/cwd")
        #expect(found { $0["stdin"] = ["$from": "arguments"] }?.pointer.hasPrefix("/stdin") == true)
    }
}
