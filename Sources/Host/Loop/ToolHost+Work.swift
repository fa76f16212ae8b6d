// Doing what the engine has handed out, and what follows from it: attempts lie beside; here are the
// probes that belong to calls, and the undoing of calls.

import Engine
import JSON
import JSONSchema
import Synchronization

extension ToolHost {
    /// Does a piece of work whose intent is on disk, and goes on with what comes next.
    /// - Parameter ticket: taken before the work was claimed.
    /// - Parameter isForOneCall: whether to stop where something else than this call is next; the
    ///   agenda has it.
    /// - Parameter deadlineMs: after when, by the steady clock, no further undo is begun here.
    /// - Returns: the call of the first piece as it stands then.
    @discardableResult
    func perform(
        _ work: Work, in open: OpenJournal, _ ticket: LeaseTicket,
        stop: StopSignal = StopSignal(), isForOneCall: Bool = false,
        undoingUntil deadlineMs: Int64? = nil
    ) async throws(JournalFault) -> CallView {
        var ended = try await step(work, in: open, ticket, stop)
        var view = ended.recorded.view
        while let next = ended.recorded.next, !isForOneCall || next.call == work.call {
            // An undo is not claimed before it is accepted: whoever comes next goes on with it.
            if case .undo = next, isDraining.load(ordering: .acquiring) || isOver(deadlineMs) {
                break
            }
            ended = try await step(next, in: open, ended.ticket, stop)
            if ended.recorded.view.call.id == work.call { view = ended.recorded.view }
        }
        return view
    }

    private func isOver(_ deadlineMs: Int64?) -> Bool {
        deadlineMs.map { clock.steadyMs() >= $0 } ?? false
    }

    private func step(
        _ work: Work, in open: OpenJournal, _ ticket: LeaseTicket, _ stop: StopSignal
    ) async throws(JournalFault) -> EndedStep {
        switch work {
        case .attempt(let attempt):
            return try await execute(attempt, in: open, ticket, stop: stop)
        case .probe(let probe): return try await make(probe, in: open)
        case .undo(let undo): return try submit(undo, in: open)
        }
    }

    // MARK: - Probes

    private func make(
        _ probe: Probe, in open: OpenJournal
    ) async throws(JournalFault) -> EndedStep {
        let tool = try pinnedTool(probe.manifest, in: open)
        let current = catalog.tool(named: probe.tool) ?? tool
        let answer = await answer(to: probe, of: tool, in: open)
        // In hand until its answer is in the journal.
        defer { if let attempt = answer.attempt { running.remove(attempt) } }
        let report = ProbeReport(
            probe: probe, outcome: answer.outcome, resultClass: answer.kind,
            retry: current?.manifest.tool.retry ?? .standard,
            approval: current?.manifest.tool.approval)
        let doors = doors(of: open)
        return try record(in: open) { transaction, moment throws(JournalFault) in
            try doors.answer(report, in: transaction, moment)
        }
    }

    private struct ProbeAnswered {
        let outcome: ProbeOutcome
        let kind: PayloadRef.Class
        /// What was sent, which is under way until it is removed.
        var attempt: Attempt?
    }

    private func answer(
        to probe: Probe, of tool: CatalogTool?, in open: OpenJournal
    ) async -> ProbeAnswered {
        guard let tool else {
            let reason = "This host cannot read the manifest that \(probe.tool) had when the call "
                + "was accepted."
            return ProbeAnswered(outcome: .unsure(reason: reason), kind: .plain)
        }
        let roots = FollowUpRoots(probe)
        let asked = tool.manifest.payloadClass(of: roots)
        do throws(FollowUpFailure) {
            let call = try FollowUpFailure.of { () throws(FollowUpProblem) in
                try tool.manifest.probeCall(for: probe.purpose, roots)
            }
            let target = try target(call, of: probe.basis, in: open)
            let attempt = Attempt(
                basis: probe.basis, call: probe.call, number: probe.number, owner: probe.owner,
                tool: target.name, manifest: target.manifest.digest, delivery: .read,
                arguments: call.arguments, timeoutMs: timeoutMs(of: target), approval: nil)
            let stop = StopSignal()
            running.add(attempt, stop, isProbe: true)
            let outcome = await target.connector.execute(attempt, stop: stop)
            let verdict = tool.manifest.verdict(for: probe.purpose, outcome, roots)
            let kind = tool.manifest.payloadClass(of: verdict, asked: asked, target.manifest)
            return ProbeAnswered(outcome: verdict, kind: kind, attempt: attempt)
        } catch {
            return ProbeAnswered(outcome: .unsure(reason: error.message), kind: asked)
        }
    }

    /// The tool that a manifest names, of the version that the run pins, where it takes these
    /// arguments.
    private func target(
        _ call: FollowUpCall, of run: Run, in open: OpenJournal
    ) throws(FollowUpFailure) -> CatalogTool {
        let target: CatalogTool?
        do throws(JournalFault) {
            target = try named(call.tool, by: run, in: open)
        } catch {
            throw .fault(error)
        }
        guard let target else { throw .notReadable(call.tool) }
        let violations = target.manifest.inputSchema.validate(.object(call.arguments))
        guard violations.isEmpty else {
            throw .problem(
                "\(call.tool) does not take these arguments: "
                    + violations.map(\.message).joined(separator: "; ") + ".")
        }
        return target
    }

    /// A tool as a run pins it; as it is now where the run says nothing of it.
    func named(
        _ name: ToolName, by run: Run, in open: OpenJournal
    ) throws(JournalFault) -> CatalogTool? {
        guard let pin = run.pins.last(where: { $0.tool == name }) else {
            return catalog.tool(named: name)
        }
        return try pinnedTool(pin.manifest, in: open)
    }

    /// As the tool is now: patience is never pinned.
    func timeoutMs(of tool: CatalogTool) -> Int64 {
        (catalog.tool(named: tool.name) ?? tool).manifest.tool.timeoutMs
    }

    // MARK: - Undoing

    private func submit(_ undo: Undo, in open: OpenJournal) throws(JournalFault) -> EndedStep {
        let request: UndoRequest
        do throws(FollowUpFailure) {
            request = try self.request(undo, in: open)
        } catch {
            switch error {
            case .fault(let fault): throw fault
            case .notReadable: return try standing(of: undo, in: open)
            case .problem(let reason): return try giveUp(undo, because: reason, in: open)
            }
        }
        let doors = doors(of: open)
        let ticket = open.owner.ticket
        do throws(DoorError) {
            let recorded = try open.perform(.flushed) { transaction, moment throws(DoorError) in
                let recorded = try doors.undo(request, in: transaction, moment)
                FailPoint.pass(.beforeSubmitCommit)
                return recorded
            }
            FailPoint.pass(.afterSubmitCommit)
            recentRuns.saw(recorded.view.basis)
            return EndedStep(recorded: recorded, ticket: ticket)
        } catch {
            switch error {
            case .fault(let fault): throw fault
            case .rejected(let rejection):
                return try giveUp(undo, because: rejection.message, in: open)
            }
        }
    }

    private func request(
        _ undo: Undo, in open: OpenJournal
    ) throws(FollowUpFailure) -> UndoRequest {
        let found: CatalogTool?
        do throws(JournalFault) {
            found = try pinnedTool(undo.manifest, in: open)
        } catch {
            throw .fault(error)
        }
        guard let tool = found else { throw .notReadable(undo.tool) }
        let call = try FollowUpFailure.of { () throws(FollowUpProblem) in
            try tool.manifest.undoCall(FollowUpRoots(undo))
        }
        let target = try target(call, of: undo.basis, in: open)
        let meaning = target.manifest.tool
        let current = catalog.tool(named: target.name)?.manifest.tool ?? meaning
        return UndoRequest(
            undo: undo, tool: meaning.withPatience(of: current), arguments: call.arguments,
            argumentsClass: target.manifest.inputSchema.payloadClass(of: .object(call.arguments)),
            environment: open.environment)
    }

    // What this host cannot read another may: nothing changes, and the agenda brings it up again.
    private func standing(
        of undo: Undo, in open: OpenJournal
    ) throws(JournalFault) -> EndedStep {
        let view = try open.journal.read { reading throws(JournalFault) in
            try reading.view(of: undo.call)
        }
        guard let view else {
            throw JournalFault(.corrupt, "\(undo.call) is to be undone and is not there.")
        }
        return EndedStep(
            recorded: Recorded(view: view, next: nil), ticket: open.owner.ticket)
    }

    private func giveUp(
        _ undo: Undo, because reason: String, in open: OpenJournal
    ) throws(JournalFault) -> EndedStep {
        let doors = doors(of: open)
        let tool = try pinnedTool(undo.manifest, in: open)
        let kind = tool?.manifest.payloadClass(of: FollowUpRoots(undo)) ?? .secret
        return try record(in: open) { transaction, moment throws(JournalFault) in
            try doors.undoImpossible(
                undo, reason: reason, reasonClass: kind, in: transaction, moment)
        }
    }

    /// One door that is never turned down, flushed.
    func record(
        in open: OpenJournal,
        _ door: @escaping @Sendable (any JournalTransaction, Moment) throws(JournalFault)
            -> Recorded
    ) throws(JournalFault) -> EndedStep {
        // Taken before what comes next is claimed: a process frozen in between sends nothing.
        let ticket = open.owner.ticket
        do throws(DoorError) {
            let recorded = try open.perform(.flushed) { transaction, moment throws(DoorError) in
                do throws(JournalFault) {
                    let recorded = try door(transaction, moment)
                    FailPoint.pass(.beforeRecordCommit)
                    return recorded
                } catch {
                    throw .fault(error)
                }
            }
            FailPoint.pass(.afterRecordCommit)
            recentRuns.saw(recorded.view.basis)
            return EndedStep(recorded: recorded, ticket: ticket)
        } catch {
            switch error {
            case .fault(let fault): throw fault
            case .rejected(let rejection):
                preconditionFailure("What came of something is never turned down: "
                    + rejection.message)
            }
        }
    }
}

/// What a piece of work came to, with the ticket under which what comes next was claimed.
struct EndedStep: Sendable {
    let recorded: Recorded
    let ticket: LeaseTicket
}

/// Why a call that a manifest names cannot be made.
private enum FollowUpFailure: Error {
    /// What it is to be called with, or the tool itself, is not right.
    case problem(String)
    /// This host cannot read the version that the run pins.
    case notReadable(ToolName)
    case fault(JournalFault)

    var message: String {
        switch self {
        case .problem(let message): message
        case .notReadable(let tool):
            "The tool \(tool), of the version that the run pins, cannot be used by this host."
        case .fault(let fault): fault.message
        }
    }

    static func of<Value>(
        _ body: () throws(FollowUpProblem) -> Value
    ) throws(FollowUpFailure) -> Value {
        do { return try body() } catch { throw .problem(error.message) }
    }
}

extension Manifest {
    /// How careful a reader must be with what is made of a call's arguments and result.
    fileprivate func payloadClass(of roots: FollowUpRoots) -> PayloadRef.Class {
        let arguments = inputSchema.payloadClass(of: .object(roots.arguments))
        guard let result = roots.result, let outputSchema else { return arguments }
        return arguments.stricter(outputSchema.payloadClass(of: result))
    }

    /// How careful a reader must be with what a probe found.
    fileprivate func payloadClass(
        of outcome: ProbeOutcome, asked: PayloadRef.Class, _ target: Manifest
    ) -> PayloadRef.Class {
        func found(_ value: JSONValue) -> PayloadRef.Class {
            asked.stricter(target.outputSchema?.payloadClass(of: value) ?? .plain)
        }
        switch outcome {
        case .found(let value): return outputSchema?.payloadClass(of: value) ?? found(value)
        case .differs(let value): return target.outputSchema?.payloadClass(of: value) ?? asked
        case .renewed(let arguments):
            return inputSchema.payloadClass(of: .object(arguments))
        case .absent, .confirmed, .unsure: return asked
        }
    }
}

extension PayloadRef.Class {
    fileprivate func stricter(_ other: PayloadRef.Class) -> PayloadRef.Class {
        switch (self, other) {
        case (.secret, _), (_, .secret): .secret
        case (.personal, _), (_, .personal): .personal
        case (.plain, .plain): .plain
        }
    }
}
