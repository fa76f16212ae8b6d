// What people decide at the command line, and who may.

import Engine
import Foundation
import JSON
import Testing

@testable import Host

@Suite struct ViewsDecisionTests {
    @Test func onlyTheRequesterDecides() async throws {
        let project = try ViewsProject()
        await project.call("ask", ["amount": 5])
        let id = try #require(try project.viewer().approvals(all: false).first).approval.id
        let surroundings = Surroundings(
            home: "/", workingFolder: project.folder.path, variables: [:], account: "eve")
        let other = try Project.open(explicit: nil, kinds: [OutcomeKind()], in: surroundings)
        let refusal = #expect(throws: Ending.self) {
            try Decisions(other, clock: project.clock).decide(id.text, .approve())
        }
        #expect(refusal?.status == .denied)
        #expect(try project.viewer().approvals(all: false).count == 1)
    }

    @Test func aYesIsRecordedOnceAndLeavesNoFilesBehind() async throws {
        let project = try ViewsProject()
        await project.call("ask", ["amount": 5])
        let id = try #require(try project.viewer().approvals(all: false).first).approval.id
        let before = project.files
        let entry = try project.decisions.decide(id.text, .approve())
        #expect(entry.state == .approved)
        #expect(project.files == before)
        let again = #expect(throws: Ending.self) {
            try project.decisions.decide(id.text, .approve())
        }
        #expect(again?.status == .failed)
    }

    @Test func aResultMustBeWhatTheManifestPromises() async throws {
        let project = try ViewsProject()
        let id = try await project.unknownCall()
        for wrong: JSONValue in [[], ["x": 1], ["id": "M", "holdfast": [:]]] {
            let refusal = #expect(throws: Ending.self) {
                try project.decisions.resolve(id, .succeeded(wrong), reason: "seen")
            }
            #expect(refusal?.status == .badData)
        }
        let settled = try project.decisions.resolve(
            id, .succeeded(["id": "M-7"]), reason: "seen")
        #expect(settled.calls.first?.call.status == .succeeded)
        #expect(settled.run.state == .completed)
    }

    @Test func whatIsNotThereIsBadData() throws {
        let project = try ViewsProject()
        let missing = #expect(throws: Ending.self) {
            try project.decisions.decide("apr_x", .approve())
        }
        #expect(missing?.status == .badData)
        #expect(!project.project.hasJournal)
    }
}

extension ViewsProject {
    /// The id of a call whose outcome nobody knows.
    func unknownCall() async throws -> String {
        let answer = await call("send", ["to": "ana", "outcome": "unknown"])
        guard case .call(let made) = answer else {
            Issue.record("the call was not made: \(answer)")
            return ""
        }
        return made.view.call.id.text
    }

    var files: [String] {
        let found = FileManager.default.subpaths(atPath: folder.path) ?? []
        return found.sorted()
    }
}
