// What a profile and a tool may do at all: a write that may not be done is not even there.

import Engine
import JSON
import MCP
import Testing

@testable import Host

struct LoopModeTests {
    private func project() throws -> LoopProject {
        let project = try LoopProject(more: [
            "frozen": LoopProject.manifest(
                "frozen", LoopProject.write("natural"), more: "mode: read_only"),
            "view": LoopProject.manifest("view", "{ kind: read }", more: "mode: read_only"),
        ])
        try project.folder.write(
            "holdfast.yaml",
            """
            store: { sqlite: state/journal.db }
            tools: [tools]
            profiles:
              desk: { allow: [put, look, frozen, view] }
              reader: { allow: [put, look, frozen, view], mode: read_only }
            """)
        return project
    }

    private func names(_ host: ToolHost) -> [String] {
        host.listings.map(\.name).filter { HostTool(rawValue: $0) == nil }
    }

    @Test func whoMayOnlyReadIsShownNoWrite() throws {
        let project = try project()
        #expect(names(try project.host("desk")) == ["look", "put", "view"])
        #expect(names(try project.host("reader")) == ["look", "view"])
    }

    @Test func whatIsNotShownIsAnsweredLikeWhatIsNotThere() async throws {
        let project = try project()
        for (profile, tool) in [("reader", "put"), ("reader", "frozen"), ("desk", "frozen")] {
            let host = try project.host(profile)
            guard case .unknownTool(let name) = await host.answer(tool) else {
                throw Unexpected("\(profile) was answered something else about \(tool)")
            }
            guard case .unknownTool = await host.answer("nothing") else {
                throw Unexpected("a tool that is not there was found")
            }
            #expect(name == tool)
            #expect(host.opener.current == nil)
        }
        #expect(project.desk.attempts.isEmpty)
    }

    private func shadowed() throws -> LoopProject {
        let project = try LoopProject(more: [
            "pay": """
            name: pay
            description: Pays.
            input:
              type: object
              additionalProperties: false
              properties:
                to: { type: string }
                card: { type: string, x-sensitivity: secret }
            effect: { kind: write, delivery: at_most_once, reversibility: reversible }
            connector: { kind: command }
            """,
            "trial": LoopProject.manifest(
                "trial", LoopProject.write("natural"), more: "mode: shadow"),
        ])
        try project.folder.write(
            "holdfast.yaml",
            """
            store: { sqlite: state/journal.db }
            tools: [tools]
            rules:
              - name: nothing for eve
                when:
                  required: [arguments]
                  properties:
                    arguments: { required: [title], properties: { title: { const: eve } } }
                then: { shadow: true }
            profiles:
              desk: { allow: [put, look, pay, trial] }
              trainee: { allow: [put, look, pay], mode: shadow }
            """)
        return project
    }

    @Test func aTrialIsAnsweredAsOneAndNothingIsSent() async throws {
        let project = try shadowed()
        let host = try project.host("trainee")
        let result = try await host.ask("pay", ["to": "ada", "card": "4711"])
        #expect(!result.isError && result.status == "shadow" && result.next == "use_result")
        #expect(result.firstText.contains("NOT executed"))
        // What is secret is masked before it is recorded.
        let sent: JSONValue = ["sent": ["to": "ada", "card": "(secret)"]]
        #expect(result.receipt["would_send"] == sent)
        let status = try await host.ask("call_status", ["call_id": .string(result.callID ?? "")])
        #expect(status.content["status"] == "shadow")
        #expect(status.content["would_send"] == sent)
        #expect(project.desk.attempts.isEmpty)
        // Reads are made: who tries something out wants to see.
        #expect(try await host.ask("look").status == "succeeded")
        // It held no key: once it may be done, the same call is done.
        let done = try await project.host("desk").ask("pay", ["to": "ada", "card": "4711"])
        #expect(done.status == "succeeded" && done.receipt["would_send"] == nil)
    }

    @Test func aToolAndARuleCanBeOnTrialToo() async throws {
        let project = try shadowed()
        let host = try project.host("desk")
        #expect(try await host.ask("trial", ["title": "a"]).status == "shadow")
        let eve = try await host.ask("put", ["title": "eve"])
        #expect(eve.status == "shadow")
        #expect(eve.receipt["would_send"] == ["sent": ["title": "eve"]])
        #expect(project.desk.attempts.isEmpty)
        #expect(try await host.ask("put", ["title": "ada"]).status == "succeeded")
    }

    @Test func readsGoOn() async throws {
        let project = try project()
        let host = try project.host("reader")
        #expect(try await host.ask("look").status == "succeeded")
        #expect(try await host.ask("view").status == "succeeded")
    }
}
