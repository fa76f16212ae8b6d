// Noticing changes: whoever makes them, only of what is the profile's own, and only while somebody
// wants to hear of them.

import Engine
import JSON
import MCP
import Testing

@testable import Host

@Suite struct ResourceWatchTests {
    private let project: LoopProject
    private let host: ToolHost
    private let watch: ResourceWatch

    init() throws {
        project = try LoopProject()
        host = try project.host()
        watch = ResourceWatch(host)
    }

    private func uri(_ text: String) throws -> ResourceURI { try #require(ResourceURI(text)) }

    private func changes(
        list: Bool = false, _ uris: Set<ResourceURI> = []
    ) throws -> [ServedChange] {
        try watch.changes { WatchedResources(includesList: list, uris: uris) }
    }

    private func begin(_ host: ToolHost) async throws -> String {
        let begun = try await host.ask("run_begin", ["purpose": "Serve tea"])
        return try #require(begun.content["run_id"]?.stringValue)
    }

    @Test func whereNobodyListensTheJournalIsNotEvenOpened() throws {
        #expect(try changes() == [])
        #expect(host.opener.current == nil)
        // Somebody is about to listen, and has not begun.
        #expect(try changes(list: true) == [])
        #expect(host.opener.current == nil)
    }

    @Test func whatAnotherProcessDoesIsNoticed() async throws {
        let run = try await begin(host)
        let held = try await host.ask("ask", ["title": "Milk"], run: run)
        let call = try uri("holdfast://calls/\(held.callID ?? "")")
        let approval = try uri(
            "holdfast://approvals/\(held.receipt["approval_id"]?.stringValue ?? "")")
        let whole = try uri("holdfast://runs/\(run)")
        try watch.begin()
        let all: Set = [call, approval, whole]
        #expect(try changes(list: true, all) == [])
        // Another host on the same journal.
        let other = try project.host()
        try other.decide(held.receipt["approval_id"]?.stringValue, .deny(reason: "no"))
        let told: [ServedChange] = [.resource(approval), .resource(call), .resource(whole)]
        #expect(try changes(list: true, all) == told)
        #expect(try changes(list: true, all) == [])
        _ = try await other.ask("note", ["title": "Tea"], run: run)
        #expect(try changes(list: true, all) == [.resource(whole)])
        _ = try await begin(other)
        #expect(try changes(list: true, all) == [.resourceList])
        #expect(try changes(all) == [])
    }

    @Test func whatIsAnothersNeverChanges() async throws {
        try await apart {
            let stranger = try project.host("other")
            let theirs = try await begin(stranger)
            let held = try await stranger.ask("ask", ["title": "Milk"], run: theirs)
            let all = Set(
                try [
                    "runs/\(theirs)", "calls/\(held.callID ?? "")",
                    "approvals/\(held.receipt["approval_id"]?.stringValue ?? "")", "runs/run_1",
                ].map { try uri("holdfast://\($0)") })
            try watch.begin()
            _ = try await stranger.ask("call_cancel", ["call_id": .string(held.callID ?? "")])
            _ = try await begin(stranger)
            #expect(try changes(list: true, all) == [])
            // Nor where everything counts as changed.
            try stranger.beginRuns(HostLimits.watchedRecords + 1)
            #expect(try changes(list: true, all) == [])
        }
    }

    @Test func tooMuchToLookThroughCountsAsAChangeOfAll() async throws {
        try await apart {
            let run = try uri("holdfast://runs/\(try await begin(host))")
            let other = try uri("holdfast://runs/\(try await begin(host))")
            let stranger = try project.host("other")
            try watch.begin()
            let before = try host.recordCount
            try stranger.beginRuns(1)
            let each = try host.recordCount - before
            #expect(each == 1)
            try stranger.beginRuns(HostLimits.watchedRecords - 1)
            #expect(try changes(list: true, [run, other]) == [])
            try stranger.beginRuns(HostLimits.watchedRecords + 1)
            let told = try changes(list: true, [run, other])
            #expect(told == [run, other].map(ServedChange.resource))
            _ = try await begin(host)
            try stranger.beginRuns(HostLimits.watchedRecords)
            #expect(try changes(list: true, []) == [.resourceList])
        }
    }

    @Test func whatChangedWhileNobodyListenedIsNotTold() async throws {
        let run = try await begin(host)
        let whole = try uri("holdfast://runs/\(run)")
        try watch.begin()
        #expect(try changes([whole]) == [])
        #expect(try changes() == [])
        _ = try await host.ask("note", ["title": "Tea"], run: run)
        try watch.begin()
        #expect(try changes([whole]) == [])
        // A second one that begins meanwhile takes nothing from the first.
        _ = try await host.ask("note", ["title": "Milk"], run: run)
        try watch.begin()
        #expect(try changes([whole]) == [.resource(whole)])
    }
}
