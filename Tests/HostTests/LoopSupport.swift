// What the loop's tests share: a desk that plays every downstream system by script, a project over
// a real journal in a folder of its own, clocks that can be moved, gates, threads. No test here.

import Engine
import Foundation
import JSON
import MCP
import SQLiteJournal
import Synchronization
import Testing

@testable import Host

/// Every connector of a test's host: it notes each attempt and does what the test scripted.
final class Desk: ConnectorKind, Connector {
    typealias Script = @Sendable (Attempt, StopSignal) async -> AttemptOutcome
    let name = "command"
    private let scripts = Mutex<[String: Script]>([:])
    private let log = Mutex<[Attempt]>([])

    /// Every attempt that was sent, oldest first.
    var attempts: [Attempt] { log.withLock { $0 } }

    func on(_ tool: String, _ script: @escaping Script) {
        scripts.withLock { $0[tool] = script }
    }

    func on(_ tool: String, answers outcome: AttemptOutcome) { on(tool) { _, _ in outcome } }

    func connector(
        for spec: JSONObject, of tool: ConnectorContext
    ) throws(SpecProblem) -> any Connector { self }

    func preview(_ arguments: JSONObject, call: CallID?) -> JSONValue? {
        ["sent": .object(arguments)]
    }

    func execute(_ attempt: Attempt, stop: StopSignal) async -> AttemptOutcome {
        log.withLock { $0.append(attempt) }
        let script = scripts.withLock { $0[attempt.tool.text] }
        return await script?(attempt, stop) ?? .succeeded(["id": "N-1"])
    }
}

/// Holds scripts up until the test opens it.
final class Gate: Sendable {
    private let isOpen = Atomic<Bool>(false)
    private let count = Atomic<Int>(0)

    var arrived: Int { count.load(ordering: .acquiring) }

    func open() { isOpen.store(true, ordering: .releasing) }

    func pass() async {
        count.add(1, ordering: .acquiringAndReleasing)
        await eventually("a gate opens") { self.isOpen.load(ordering: .acquiring) }
    }
}

/// Waits for what has to come, however slow the machine; a failure where it does not.
func eventually(
    _ what: String, withinMs: Int64 = 20_000, sourceLocation: SourceLocation = #_sourceLocation,
    _ isSo: () throws -> Bool
) async rethrows {
    let startMs = HostClock.system.steadyMs()
    while try !isSo() {
        guard HostClock.system.steadyMs() - startMs < withinMs else {
            Issue.record("it never came to be that \(what)", sourceLocation: sourceLocation)
            return
        }
        // A cancelled test stops waiting by its own checks.
        try? await Task.sleep(for: .milliseconds(2))
    }
}

/// A host's two clocks, which a test can move on.
final class MovedClock: Sendable {
    private let wallMs = Atomic<Int64>(0)
    private let steadyMs = Atomic<Int64>(0)

    func moveWall(_ ms: Int64) { wallMs.add(ms, ordering: .acquiringAndReleasing) }
    func moveSteady(_ ms: Int64) { steadyMs.add(ms, ordering: .acquiringAndReleasing) }

    func move(_ ms: Int64) {
        moveWall(ms)
        moveSteady(ms)
    }

    var clock: HostClock {
        HostClock(
            now: { HostClock.system.now() + self.wallMs.load(ordering: .acquiring) },
            steadyMs: {
                HostClock.system.steadyMs() + self.steadyMs.load(ordering: .acquiring)
            })
    }
}

/// What an answer should not have been.
struct Unexpected: Error {
    let what: String
    init(_ what: Any) { self.what = "\(what)" }
}

let loopThreads = BlockingThreads(limit: 64)

/// Runs what keeps a thread busy for long beside the few threads that the tests which wait share.
func apart(_ work: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask(executorPreference: loopThreads) { try await work() }
        try await group.waitForAll()
    }
}

extension ToolHost {
    func answer(
        _ tool: String, _ arguments: JSONObject = [:], run: String? = nil, key: String? = nil,
        byPerson: Bool = false, _ control: CallControl = CallControl()
    ) async -> HostAnswer {
        await answer(
            HostCall(
                tool: tool, arguments: arguments, runID: run, givenKey: key,
                isByPerson: byPerson), control)
    }

    /// The answer as a client gets it.
    func ask(
        _ tool: String, _ arguments: JSONObject = [:], run: String? = nil, key: String? = nil,
        byPerson: Bool = false, _ control: CallControl = CallControl()
    ) async throws -> ToolResult {
        let answer = await answer(
            tool, arguments, run: run, key: key, byPerson: byPerson, control)
        switch answer.sessionAnswer(to: caller) {
        case .toolResult(let result): return result
        case .tools, .unknownTool, .resources, .resource, .resourceNotFound, .prompt, .completion,
            .watching, .watchingTasks, .task, .unknownTask, .acknowledged, .inputRequired,
            .invalidCursor, .invalidParams, .internalError:
            throw Unexpected(answer)
        }
    }

    /// The calls that a client makes while `body` runs, each on a thread of its own.
    func asking<Answer: Sendable>(
        _ tool: String, _ arguments: JSONObject = [:], _ control: CallControl = CallControl(),
        meanwhile body: (_ result: ResultBox) async throws -> Answer
    ) async throws -> Answer {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let box = ResultBox()
            group.addTask(executorPreference: loopThreads) {
                box.set(try await self.ask(tool, arguments, control))
            }
            let answer = try await body(box)
            try await group.waitForAll()
            return answer
        }
    }

    /// Does due work while `body` runs.
    func working<Answer: Sendable>(
        _ body: () async throws -> Answer
    ) async throws -> Answer {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: loopThreads) {
                await DueLoop(self, on: loopThreads) { Issue.record("a fault: \($0)") }.run()
            }
            do {
                let answer = try await body()
                group.cancelAll()
                try await group.waitForAll()
                return answer
            } catch {
                group.cancelAll()
                throw error
            }
        }
    }

    var journal: any Journal {
        get throws { try opener.open().journal }
    }

    /// How many records the journal holds.
    var recordCount: Int {
        get throws {
            try journal.read { reading throws(JournalFault) in
                try reading.log(from: 0, limit: 10_000).count
            }
        }
    }

    func call(_ id: String?) throws -> Call {
        guard let id = id.flatMap({ CallID($0) }) else { throw Unexpected("no call id") }
        let view = try journal.read { reading throws(JournalFault) in try reading.view(of: id) }
        guard let view else { throw Unexpected("no call \(id)") }
        return view.call
    }

    func decide(_ approval: String?, _ decision: ApprovalDecision) throws {
        guard let id = approval.flatMap({ ApprovalID($0) }) else { throw Unexpected("no id") }
        let open = try opener.open()
        let doors = self.doors(of: open)
        let caller = self.caller.account
        _ = try open.perform(.flushed) { transaction, moment throws(DoorError) in
            try doors.decide(id, decision, by: .account(caller), in: transaction, moment)
        }
    }
}

/// A value that several tasks of a test change.
final class Shared<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>
    init(_ value: Value) { mutex = Mutex(value) }
    var value: Value { mutex.withLock { $0 } }
    func change(_ body: (inout Value) -> Void) { mutex.withLock { body(&$0) } }
}

/// The result of a call that is under way.
final class ResultBox: Sendable {
    private let result = Mutex<ToolResult?>(nil)
    var value: ToolResult? { result.withLock { $0 } }
    func set(_ value: ToolResult) { result.withLock { $0 = value } }
}

extension ToolResult {
    var content: JSONValue { .object(structuredContent ?? [:]) }
    var receipt: JSONValue { content["holdfast"] ?? .null }
    var status: String? { receipt["status"]?.stringValue }
    var next: String? { receipt["next"]?.stringValue }
    var callID: String? { receipt["call_id"]?.stringValue }
    var firstText: String { textBlocks.first ?? "" }
}
