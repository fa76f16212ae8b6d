// Asking the requester's own user: what is asked and of whom, that an answer counts once, and that
// a task is the call it stands for.

import Engine
import JSON
import MCP
import Synchronization
import Testing

@testable import Host

@Suite struct LoopConfirmationTests {
    private let project: LoopProject
    private let host: ToolHost
    private let both = ClientWay.repeating(ClientAbilities(hasTasks: true, showsForms: true))
    private let forms = ClientWay.repeating(ClientAbilities(hasTasks: false, showsForms: true))

    init() throws {
        project = try LoopProject()
        host = try project.host()
    }

    private func held(_ title: String) async throws -> CallView {
        guard case .call(let answer) = await host.answer("ask", ["title": .string(title)]) else {
            throw Unexpected("no call")
        }
        return answer.view
    }

    private func question(_ view: CallView, _ host: ToolHost) throws -> QuestionForm? {
        try host.journal.read { reading throws(JournalFault) in
            try host.question(about: view, reading)?.form
        }
    }

    private func task(_ id: String, _ host: ToolHost) throws -> TaskView? {
        let id = try #require(TaskID(id))
        guard case .task(let view) = host.answer(.get(id)).answer else { return nil }
        return view
    }

    // MARK: - What goes out and comes back

    private func ticket(_ number: UInt8) -> QuestionTicket {
        var entropy = Entropy(seed: [UInt8](repeating: number, count: 32))
        let now = HostClock.system.now()
        return QuestionTicket(
            ApprovalID.mint(now: now, entropy: &entropy),
            QuestionID.mint(now: now, entropy: &entropy))
    }

    @Test func aTicketIsReadAsItWasWritten() {
        let ticket = ticket(1)
        #expect(QuestionTicket(ticket.description) == ticket)
        #expect(ticket.description.utf8.count < MCPLimits.requestStateBytes)
        let (approval, question) = (ticket.approval.text, ticket.question.text)
        for other in [
            "", ".", approval, question, "\(approval).", ".\(question)",
            "\(question).\(approval)", "\(approval).\(question).", "\(approval)..\(question)",
            "\(approval) .\(question)", "\(approval).\(question)\n",
        ] {
            #expect(QuestionTicket(other) == nil, "\(other)")
        }
    }

    @Test func soManyTicketsAreOutAndNoMore() {
        var record = ConfirmationRecord()
        let tickets = (0...UInt8(HostLimits.openQuestions)).map(ticket)
        for ticket in tickets.dropLast() { record.hand(out: ticket) }
        #expect(tickets.dropLast().allSatisfy { record.holds($0) })
        if let last = tickets.last { record.hand(out: last) }
        #expect(!record.holds(tickets[0]))
        #expect(tickets.dropFirst().allSatisfy { record.holds($0) })
        record.take(back: tickets[1])
        #expect(!record.holds(tickets[1]) && record.holds(tickets[2]))
    }

    @Test func eachRoundOfATaskHasItsOwnKey() {
        let approval = ticket(1).approval
        var record = ConfirmationRecord()
        var keys: [String] = []
        for _ in 0..<3 {
            keys.append(record.key(of: approval))
            let isAskedTwice = record.askAnew()
            #expect(!isAskedTwice)
            record.dismissRound()
            #expect(record.isDismissed && record.key(of: approval) == keys.last)
            let isAskedAnew = record.askAnew()
            #expect(isAskedAnew && !record.isDismissed)
        }
        #expect(Set(keys).count == 3)
    }

    // MARK: - What is asked

    @Test func theQuestionShowsAllThatWillBeDone() async throws {
        let long = String(repeating: "tea ", count: 1_500)
        let form = try #require(try question(try await held(long), host))
        #expect(form.message.contains(long))
        #expect(form.message.hasPrefix("The title (ask): it runs once you say yes"))
        for part in ["if not", "asked", "rule"] { #expect(form.message.contains(part)) }
        #expect(!form.message.contains("holdfast approve"))
        #expect(form.schema["required"] == ["confirm"])
        #expect(form.schema["properties"]?["confirm"]?["type"] == "boolean")
    }

    @Test func whatIsTooLongToShowIsNotAskedAbout() async throws {
        // Long enough that what is shown shortened beside it does not grow any more.
        let base = 5_000
        let long = try await held(String(repeating: "x", count: base))
        let shown = try #require(try question(long, host)).message.utf8.count
        let room = base + HostLimits.questionBytes - shown
        let whole = try await held(String(repeating: "x", count: room))
        #expect(try question(whole, host)?.message.utf8.count == HostLimits.questionBytes)
        let more = try await held(String(repeating: "x", count: room + 1))
        #expect(try question(more, host) == nil)
        // It waits like any other call.
        #expect(try task(more.call.id.text, host)?.standing == .working)
    }

    @Test func whatIsOverOrAnothersIsNotAskedAbout() async throws {
        let view = try await held("Tea")
        #expect(view.call.mayBeConfirmedByClient)
        #expect(try question(view, try project.host("other")) == nil)
        let moved = MovedClock()
        moved.moveWall(86_400_001)
        #expect(try question(view, try project.host(clock: moved.clock)) == nil)
        try host.decide(view.call.approval?.id.text, .deny(reason: "no"))
        let denied = try #require(
            try host.journal.read { reading throws(JournalFault) in
                try reading.view(of: view.call.id)
            })
        #expect(!denied.call.mayBeConfirmedByClient)
        #expect(try question(denied, host) == nil)
    }

    // MARK: - How a held call is answered

    @Test func theWayOfItsClientDecidesTheAnswer() async throws {
        let answer = await host.answer("ask", ["title": "Tea"])
        guard case .toolResult = host.sessionAnswer(to: answer, .plain).answer,
            case .toolResult = host.sessionAnswer(to: answer, .repeating(.none)).answer,
            case .toolResult = host.sessionAnswer(to: answer, .asked { _ in false }).answer,
            case .task(let task) = host.sessionAnswer(to: answer, both).answer,
            case .inputRequired(let question, let state) =
                host.sessionAnswer(to: answer, forms).answer
        else { throw Unexpected("another answer") }
        guard case .inputRequired(let asked) = task.standing else { throw Unexpected(task) }
        #expect(asked.form == question.form && question.key == "confirm")
        #expect(QuestionTicket(state)?.approval.text == asked.key)
        // At the end of input nobody is asked any more.
        host.drain()
        guard case .toolResult = host.sessionAnswer(to: answer, forms).answer else {
            throw Unexpected("a question that nobody can answer")
        }
    }

    @Test func whatHasEndedIsAResult() async throws {
        let answer = await host.answer("look", ["title": "Tea"])
        guard case .toolResult = host.sessionAnswer(to: answer, both).answer else {
            throw Unexpected(answer)
        }
    }

    @Test func aTaskIsTheCallItStandsFor() async throws {
        let view = try await held("Tea")
        let other = try project.host("other")
        #expect(try task(view.call.id.text, other) == nil)
        #expect(try task("call_none", host) == nil)
        #expect(other.answer(.cancel(try #require(TaskID(view.call.id.text)))).answer
            == .unknownTask)
        try host.decide(view.call.approval?.id.text, .deny(reason: "not today"))
        let done = try #require(try task(view.call.id.text, host))
        guard case .completed(let result) = done.standing else { throw Unexpected(done) }
        #expect(result.isError && result.textBlocks[0].contains("not today"))
        #expect(done.createdAt == view.call.acceptedAt.description)
    }

    // MARK: - A question while the call waits

    @Test func aQuestionThatDoesNotGoOutChangesNothing() async throws {
        let control = CallControl(.asked { _ in false })
        let result = try await host.ask("ask", ["title": "Tea"], control)
        #expect(result.status == "pending_approval")
        #expect(control.question == nil)
        #expect(!result.firstText.contains("was asked through the client"))
    }

    /// Who looks for calls that have waited long enough may come by at any moment.
    @Test func nobodyIsAnsweredBeforeTheirUserIsAsked() async throws {
        let isAsked = Flag()
        let control = CallControl(
            .asked { _ in
                isAsked.raise()
                return false
            })
        let looks = Mutex<[Bool]>([])
        let watched = HostClock(
            now: HostClock.system.now,
            steadyMs: {
                let nowMs = HostClock.system.steadyMs()
                if control.accepted != nil, !isAsked.isRaised {
                    looks.withLock { $0.append(control.isOverdue(at: nowMs)) }
                }
                return nowMs
            })
        let result = try await project.host(clock: watched).ask("ask", ["title": "Tea"], control)
        #expect(result.status == "pending_approval" && isAsked.isRaised)
        let seen = looks.withLock { $0 }
        #expect(!seen.isEmpty && !seen.contains(true))
        #expect(control.isOverdue(at: watched.steadyMs()), "where nobody is asked, it ends as ever")
    }

    @Test func theTimeToAnswerIsTheManifestsElseTheHosts() async throws {
        for (tool, ms) in [("ask", HostLimits.questionMs), ("patient", 20_000)] {
            let control = CallControl(.asked { _ in true })
            let startMs = host.clock.steadyMs()
            try await host.asking(tool, ["title": "Tea"], control) { box in
                await eventually("it is asked") { control.question != nil }
                #expect(control.deadlineMs >= startMs + ms)
                #expect(control.deadlineMs <= host.clock.steadyMs() + ms)
                #expect(host.answered(control, .dismissed) == nil)
                await eventually("it is answered") { box.value != nil }
                #expect(box.value?.status == "pending_approval")
                #expect(box.value?.firstText.contains("turned away") == true)
            }
        }
    }
}
