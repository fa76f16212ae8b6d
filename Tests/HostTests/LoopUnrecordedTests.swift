// Outcomes that the journal cannot take: nobody is told of them before it has, and none is lost
// while the process lives.

import Engine
import JSON
import MCP
import SQLiteJournal
import Testing

@testable import Host

@Suite struct LoopUnrecordedTests {
    private let project: LoopProject
    private let host: ToolHost
    private let journal: WatchedJournal
    private let open: OpenJournal

    init() throws {
        project = try LoopProject()
        host = try project.host()
        let real = try host.opener.open()
        journal = WatchedJournal(try SQLiteJournal(path: host.configuration.storePath))
        open = OpenJournal(
            journal: journal, writer: Writer(journal), doors: real.doors, owner: real.owner,
            environment: real.environment, noticeEnvironment: real.noticeEnvironment)
    }

    @Test func anOutcomeIsKeptUntilTheJournalTakesIt() async throws {
        let claimed = try project.claim("note", ["title": "Tea"], by: host)
        let id = claimed.view.call.id.text
        journal.fail(JournalFault(.full, "no room"), times: 2)
        await #expect(throws: JournalFault.self) {
            try await host.perform(.attempt(claimed.attempt), in: open, claimed.ticket)
        }
        #expect(project.desk.attempts.count == 1)
        #expect(!host.unrecorded.isEmpty)
        #expect(host.running.isEmpty)
        #expect(try host.call(id).status == .running)
        #expect(throws: JournalFault.self) { try host.recordLeftOver(in: open) }
        #expect(!host.unrecorded.isEmpty)
        try host.recordLeftOver(in: open)
        #expect(host.unrecorded.isEmpty)
        #expect(try host.call(id).status == .succeeded)
        try host.recordLeftOver(in: open)
        #expect(project.desk.attempts.count == 1)
    }

    @Test func whoeverCannotBeToldTheOutcomeIsToldWhereToFindIt() throws {
        let claimed = try project.claim("note", ["title": "Tea"], by: host)
        let call = claimed.view.call
        let fault = JournalFault(.full, "No room.").afterSubmitting(call)
        let answer = HostAnswer.unrecorded(fault, claimed.view).sessionAnswer(to: host.caller)
        guard case .toolResult(let result) = answer else { throw Unexpected(answer) }
        #expect(result.isError)
        #expect(result.status == "unknown")
        #expect(result.next == "wait")
        #expect(result.callID == call.id.text)
        #expect(result.firstText.contains("may have happened"))
        #expect(result.firstText.contains("call_status"))
    }

    @Test func theLoopRecordsWhatIsLeftOver() async throws {
        let claimed = try project.claim("note", ["title": "Tea"], by: host)
        journal.fail(JournalFault(.full, "no room"), times: 1)
        await #expect(throws: JournalFault.self) {
            try await host.perform(.attempt(claimed.attempt), in: open, claimed.ticket)
        }
        try await host.working {
            await eventually("it is recorded") { host.unrecorded.isEmpty }
        }
        #expect(try host.call(claimed.view.call.id.text).status == .succeeded)
    }

    @Test func closingRecordsWhatIsLeftOver() async throws {
        let claimed = try project.claim("note", ["title": "Tea"], by: host)
        journal.fail(JournalFault(.full, "no room"), times: 1)
        await #expect(throws: JournalFault.self) {
            try await host.perform(.attempt(claimed.attempt), in: open, claimed.ticket)
        }
        try host.close()
        #expect(try host.call(claimed.view.call.id.text).status == .succeeded)
    }
}
