// Playing the client's side of a recording, line by line: what the recording says comes next is
// sent, released, decided or waited for, and every answer is compared.

import Engine
import JSON
import MCP

struct SessionPlayer {
    static let progressMethod = "notifications/progress"

    let scene: ReplayScene
    let pipes: ReplayPipes
    let inbox: ReplayInbox
    let progress: ReplayProgress
    private(set) var differences: [SessionDifference] = []
    private(set) var compared = 0
    private var comparison = SessionComparison()
    /// The requests that wait for an answer, with their methods, by the text of their ids.
    private var open: [String: String] = [:]
    private var attempts: [RecordedAttempt: AttemptDesk.Waiting] = [:]
    private var hasCancelled = false
    private var isInputClosed = false

    private var host: ToolHost { scene.host }
    private var desk: AttemptDesk { scene.desk }

    init(
        scene: ReplayScene, pipes: ReplayPipes, inbox: ReplayInbox, progress: ReplayProgress
    ) {
        self.scene = scene
        self.pipes = pipes
        self.inbox = inbox
        self.progress = progress
    }

    /// An attempt as the recording names it: a call's probes are numbered by themselves.
    private struct RecordedAttempt: Hashable {
        let call: String
        let number: Int
        let tool: String

        func ends(with end: AttemptEnd) -> Bool {
            call == end.call && number == end.number && (end.tool ?? tool) == tool
        }
    }

    /// The line cannot be played, so that nothing after it means anything.
    private struct Lost: Error {
        let difference: SessionDifference
    }

    mutating func play(_ lines: [SessionLine]) async throws(Ending) {
        var lastMs: Int64 = 0
        do {
            for (index, line) in lines.enumerated() {
                let patienceMs = SessionPlayer.patienceMs(from: lastMs, to: line.atMs)
                lastMs = line.atMs
                progress.line = index + 2
                try await play(line.entry, number: index + 2, patienceMs)
                guard differences.count < HostLimits.toldDifferences else { break }
            }
        } catch let lost as Lost {
            differences.append(lost.difference)
        } catch let ending as Ending {
            desk.close()
            closeInput()
            throw ending
        } catch {
            preconditionFailure("Playing throws only the two errors caught above.")
        }
        desk.close()
        closeInput()
    }

    /// Both times are within the reader's limit.
    static func patienceMs(from lastMs: Int64, to atMs: Int64) -> Int64 {
        min(max(0, atMs - lastMs), HostLimits.replayedPauseMs) + HostLimits.replayPatienceMs
    }

    /// What the host did beyond the recording; once it has ended.
    mutating func finish(lineCount: Int) {
        guard differences.isEmpty else { return }
        for attempt in desk.unclaimed {
            differences.append(
                missing(
                    lineCount + 1, "an attempt of \(attempt.tool) that is not in the recording",
                    nil, .object(attempt.arguments)))
        }
        for message in inbox.rest {
            differences.append(
                missing(lineCount + 1, "a message that is not in the recording", nil, message))
        }
    }

    private mutating func play(
        _ entry: SessionEntry, number: Int, _ patienceMs: Int64
    ) async throws {
        switch entry {
        case .client(let input): try send(input, number)
        case .server(let message): try await expect(message, number, patienceMs)
        case .started(let start): try await expect(start, number, patienceMs)
        case .ended(let end): try await release(end, number)
        case .decided(let decision): try decide(decision, number)
        case .tools(let manifests): try await put(manifests, number, patienceMs)
        case .unplayable, .end: closeInput()
        }
    }

    private mutating func closeInput() {
        if !isInputClosed { pipes.closeInput() }
        isInputClosed = true
    }

    private mutating func send(_ input: ClientInput, _ number: Int) throws {
        let bytes: [UInt8]
        switch input {
        case .message(let message):
            note(message)
            bytes = comparison.renaming.current(message).compactBytes()
        case .text(let text): bytes = Array(comparison.renaming.current(text).utf8)
        case .bytes(let raw): bytes = raw
        case .oversized:
            bytes = [UInt8](repeating: UInt8(ascii: "x"), count: MCPLimits.lineBytes + 1)
        case .closed: return closeInput()
        }
        scene.mask?.sent(bytes)
        guard !isInputClosed, pipes.send(bytes + [UInt8(ascii: "\n")]) else {
            throw Lost(difference: missing(number, "a line for a host that reads no more"))
        }
    }

    private mutating func note(_ message: JSONValue) {
        for message in message.arrayValue ?? [message] {
            guard let method = message["method"]?.stringValue else { continue }
            if let id = message["id"] { open[id.compactText] = method }
            if method == "notifications/cancelled" { hasCancelled = true }
        }
    }

    private mutating func expect(
        _ message: JSONValue, _ number: Int, _ patienceMs: Int64
    ) async throws {
        if message["method"]?.stringValue == SessionPlayer.progressMethod { return }
        let subject = subject(of: message)
        let id = message["id"].map(\.compactText)
        if message["method"] == nil, let id, open.removeValue(forKey: id) == nil {
            throw Lost(
                difference: missing(
                    number, "\(subject), which was not asked yet or is answered already", message))
        }
        let found = await wait(patienceMs) { inbox in
            inbox.take { SessionPlayer.isSameKind(message, $0) }
        }
        guard let found else {
            throw Lost(
                difference: missing(
                    number, "\(subject), which did not come", message, inbox.rest.first))
        }
        compared += 1
        differences += comparison.differences(
            line: number, subject: subject, message, found)
    }

    /// Whether both answer one request, announce the same, or belong to no request.
    private static func isSameKind(_ old: JSONValue, _ new: JSONValue) -> Bool {
        old["id"] == new["id"] && old["method"] == new["method"]
            && (old.arrayValue == nil) == (new.arrayValue == nil)
    }

    private func subject(of message: JSONValue) -> String {
        if let method = message["method"]?.stringValue { return method.quoted(upTo: 60) }
        guard let id = message["id"] else {
            return message.arrayValue == nil ? "an error without an id" : "the answer to a batch"
        }
        let method = open[id.compactText].map { ", \($0.quoted(upTo: 60))" } ?? ""
        return "the answer to request \(id.compactText.quoted(upTo: 60))\(method)"
    }

    private mutating func expect(
        _ start: AttemptStart, _ number: Int, _ patienceMs: Int64
    ) async throws {
        var renaming = comparison.renaming
        let arguments = renaming.current(.object(start.arguments))
        let found = await wait(patienceMs) { _ in
            desk.claim { attempt in
                attempt.tool.text == start.tool && attempt.number == start.number
                    && .object(attempt.arguments) == arguments
                    && renaming.matches(start.call, attempt.call.text)
            }
        }
        guard let found else {
            let other = desk.unclaimed.first { $0.tool.text == start.tool }
            throw Lost(
                difference: missing(
                    number, "an attempt of \(start.tool.shownInLine), which was not made",
                    .object(start.arguments), other.map { .object($0.arguments) }))
        }
        comparison.renaming = renaming
        let key = RecordedAttempt(call: start.call, number: start.number, tool: start.tool)
        attempts[key] = found
    }

    private mutating func release(_ end: AttemptEnd, _ number: Int) async throws {
        guard let key = attempts.keys.first(where: { $0.ends(with: end) }),
            let found = attempts.removeValue(forKey: key)
        else {
            throw Lost(
                difference: missing(number, "the end of an attempt that was not begun"))
        }
        if !scene.isLive {
            // What its client took back had reached it by then.
            if hasCancelled {
                _ = await wait(HostLimits.replayStopMs) { _ in found.stop.isRaised ? true : nil }
            }
            desk.release(found.attempt, end.outcome)
        }
        let ownMs = scene.isLive ? found.attempt.timeoutMs : 0
        // Whoever asks next is told of it.
        let isOver = await wait(ownMs + HostLimits.replayPatienceMs) { _ in
            host.running.contains(found.attempt) ? nil : true
        }
        guard isOver != nil || !scene.isLive else {
            let tool = found.attempt.tool
            throw Lost(difference: missing(number, "the end of an attempt of \(tool)"))
        }
    }

    private mutating func decide(_ decision: PersonDecision, _ number: Int) throws {
        let now = comparison.renaming.current(decision.approval)
        guard let id = ApprovalID(now), let journal = host.opener.current else {
            throw Lost(difference: missing(number, "a decision on what was not asked"))
        }
        let doors = journal.doors
        do throws(DoorError) {
            _ = try journal.perform(.flushed) { transaction, moment throws(DoorError) in
                try doors.decide(
                    id, decision.decision, by: .account(decision.person), in: transaction, moment)
            }
        } catch {
            switch error {
            case .fault(let fault): throw Ending(fault)
            case .rejected(let rejection):
                throw Lost(
                    difference: missing(
                        number, "a decision that is turned down now: \(rejection.message)"))
            }
        }
    }

    private mutating func put(
        _ manifests: [JSONValue], _ number: Int, _ patienceMs: Int64
    ) async throws {
        try scene.stage.put(manifests)
        let wanted = Set(manifests)
        let isTaken = await wait(patienceMs) { _ in
            Set(host.catalog.tools.map(\.manifest.content)) == wanted ? true : nil
        }
        guard isTaken != nil else {
            throw Lost(difference: missing(number, "manifests that are not taken up now"))
        }
    }

    private func missing(
        _ line: Int, _ subject: String, _ recorded: JSONValue? = nil, _ now: JSONValue? = nil
    ) -> SessionDifference {
        SessionDifference(
            line: line, subject: subject, pointer: nil, recorded: recorded, now: now)
    }

    /// Asks again and again until there is something, or patience or the host ends.
    private func wait<Found>(
        _ patienceMs: Int64, _ ask: (ReplayInbox) -> Found?
    ) async -> Found? {
        let endMs = host.clock.steadyMs() + patienceMs
        while true {
            // Looked at first: what the host said last came before its end.
            let isOver = inbox.isOver || host.clock.steadyMs() >= endMs
            if let found = ask(inbox) { return found }
            if isOver { return nil }
            await host.pause(HostLimits.replayPollMs)
        }
    }
}
