// A host whose manifests change under it: what its client is told, and calls that were accepted by
// the tools as they were.

import Engine
import Foundation
import JSON
import MCP
import Testing

@testable import Host

@Suite struct LoopReloadTests {
    private let project: LoopProject
    private let clock = MovedClock()
    private let host: ToolHost

    init() throws {
        project = try LoopProject()
        host = try project.host(clock: clock.clock)
    }

    private func write(
        _ name: String, title: String, _ delivery: String = "natural", more: String = ""
    ) throws {
        let text = LoopProject.manifest(name, LoopProject.write(delivery), more: more)
        try project.folder.write(
            "tools/\(name).yaml", text.replacing("title: The title", with: "title: \(title)"))
    }

    private func remove(_ name: String) throws {
        try FileManager.default.removeItem(
            atPath: project.folder.path + "/tools/\(name).yaml")
    }

    private func notice() -> ToolNews? {
        clock.moveSteady(CatalogLimits.lookEveryMs)
        return host.noticeChanges()
    }

    @Test func onlyWhatTheProfileSeesIsAnnounced() throws {
        #expect(notice() == nil)
        try write("put", title: "Put it")
        #expect(notice()?.isListChanged == true)
        // Meaning that no client sees, a tool of another profile, a broken file.
        try write("put", title: "Put it", more: "timeout: 9s")
        #expect(notice()?.isListChanged == false)
        try write("foreign", title: "Far")
        #expect(notice()?.isListChanged == false)
        try project.folder.write("tools/look.yaml", "name: look")
        let news = try #require(notice())
        #expect(!news.isListChanged)
        #expect(!news.lines.isEmpty)
        #expect(news.lines.allSatisfy { $0.hasPrefix("tools/look.yaml") })
        try remove("look")
        #expect(notice()?.isListChanged == true)
        #expect(!host.listings.map(\.name).contains("look"))
    }

    @Test func aToolThatIsGoneIsOneThatWasNeverThere() async throws {
        try remove("note")
        _ = notice()
        guard case .unknownTool("note") = await host.answer("note", ["title": "x"]) else {
            Issue.record("the tool is still there")
            return
        }
    }

    @Test func aCallGoesOnAfterItsToolHasGone() async throws {
        let gate = Gate()
        project.desk.on("put") { _, _ in
            await gate.pass()
            return .succeeded(["id": "N-7"])
        }
        try await host.asking("put", ["title": "x"]) { result in
            await eventually("the attempt is under way") { gate.arrived == 1 }
            try remove("put")
            #expect(notice()?.isListChanged == true)
            gate.open()
            await eventually("the call is answered") { result.value != nil }
            #expect(result.value?.content["id"] == "N-7")
        }
    }

    @Test func aHeldCallRunsByTheManifestItWasAskedWith() async throws {
        let held = try await host.ask("ask", ["title": "x"])
        try write("ask", title: "Other", "at_most_once", more: "approval: { by: [requester] }")
        #expect(notice()?.isListChanged == true)
        try host.decide(held.receipt["approval_id"]?.stringValue, .approve(reason: nil))
        let again = try await host.working { try await host.ask("ask", ["title": "x"]) }
        #expect(again.callID == held.callID)
        // Another host that never had the old manifest finds it in the journal.
        let call = try host.call(held.callID)
        let other = try project.host()
        #expect(other.knownTool(call.manifest) == nil)
        let revived = try other.journal.read { reading throws(JournalFault) in
            try other.tool(call.manifest, reading)
        }
        #expect(revived?.manifest.title == "The title")
    }

    @Test func aNewManifestIsInTheJournalWithItsFirstCall() async throws {
        _ = try await host.ask("note", ["title": "x"])
        try write("put", title: "Put it")
        _ = notice()
        let digest = try #require(host.catalog.tool(named: ToolName("put"))).manifest.digest
        func kept() throws -> JSONValue? {
            try host.journal.read { reading throws(JournalFault) in try reading.manifest(digest) }
        }
        #expect(try kept() == nil)
        _ = try await host.ask("put", ["title": "x"])
        #expect(try kept()?["title"] == "Put it")
    }

    @Test func aRunBegunKeepsEveryManifestItPins() async throws {
        _ = try await host.ask("run_begin", ["purpose": "p"])
        for tool in host.catalog.tools(for: host.profile) {
            let kept = try host.journal.read { reading throws(JournalFault) in
                try reading.manifest(tool.manifest.digest)
            }
            #expect(kept != nil, "\(tool.name)")
        }
    }
}
