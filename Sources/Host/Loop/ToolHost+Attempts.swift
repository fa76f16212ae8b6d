// Doing what the engine has handed out: one attempt, from its lease to its recorded outcome.

import Engine
import JSON
import JSONSchema
import Synchronization

extension ToolHost {
    /// Executes an attempt whose intent is on disk, and records what came of it.
    /// - Parameter ticket: taken before the attempt was claimed.
    /// - Returns: the call as it stands then.
    func execute(
        _ attempt: Attempt, in open: OpenJournal, _ ticket: LeaseTicket,
        stop: StopSignal = StopSignal()
    ) async throws(JournalFault) -> CallView {
        running.add(attempt, stop)
        defer { running.remove(attempt) }
        let tool: CatalogTool?
        do throws(JournalFault) {
            tool = try pinnedTool(of: attempt, in: open)
        } catch {
            let unread = Failure(.transient, "\(error.message) Nothing was sent.")
            return try record(AttemptReport(attempt, .failed(unread), nil), in: open)
        }
        let outcome = await outcome(of: attempt, by: tool, stop) {
            open.owner.holdsLease(since: ticket)
        }
        return try record(AttemptReport(attempt, outcome, tool?.manifest), in: open)
    }

    private func pinnedTool(
        of attempt: Attempt, in open: OpenJournal
    ) throws(JournalFault) -> CatalogTool? {
        if let known = knownTool(attempt.manifest) { return known }
        return try open.journal.read { reading throws(JournalFault) in
            try tool(attempt.manifest, reading)
        }
    }

    private func outcome(
        of attempt: Attempt, by tool: CatalogTool?, _ stop: StopSignal,
        holdsLease: () -> Bool
    ) async -> AttemptOutcome {
        guard let tool else {
            return .failed(
                Failure(
                    .fatal,
                    "This host cannot read the manifest that \(attempt.tool) had when the call "
                        + "was accepted. Nothing was sent."))
        }
        guard !stop.isRaised else {
            return .failed(Failure(.transient, "Stopped before anything was sent."))
        }
        guard holdsLease() else {
            return .failed(
                Failure(
                    .transient,
                    "This host was suspended past its lease. Nothing was sent; call again."))
        }
        FailPoint.pass(.beforeEffect)
        let outcome = await tool.connector.execute(attempt, stop: stop)
        FailPoint.pass(.afterEffect)
        return outcome
    }

    /// Where the journal cannot take it now, it is kept until it can.
    func record(
        _ report: AttemptReport, in open: OpenJournal
    ) throws(JournalFault) -> CallView {
        let doors = open.doors
        do throws(DoorError) {
            let view = try open.perform(.flushed) { transaction, moment throws(DoorError) in
                do throws(JournalFault) {
                    let view = try doors.record(report, in: transaction, moment)
                    FailPoint.pass(.beforeRecordCommit)
                    return view
                } catch {
                    throw .fault(error)
                }
            }
            FailPoint.pass(.afterRecordCommit)
            recentRuns.saw(view.basis)
            return view
        } catch {
            switch error {
            case .fault(let fault):
                unrecorded.keep(report)
                throw fault
            case .rejected(let rejection):
                preconditionFailure("An outcome is never turned down: \(rejection.message)")
            }
        }
    }
}

extension AttemptReport {
    fileprivate init(_ attempt: Attempt, _ outcome: AttemptOutcome, _ manifest: Manifest?) {
        self.init(
            attempt: attempt, outcome: outcome.exact,
            resultClass: manifest?.resultClass(of: outcome, attempt.arguments) ?? .plain,
            isMalformed: manifest?.isMalformed(outcome.exact) ?? false)
    }
}

extension AttemptOutcome {
    /// Integers that have no canonical form are carried as text (DESIGN section 13).
    fileprivate var exact: AttemptOutcome {
        switch self {
        case .succeeded(let value): .succeeded(value.withLargeIntegersAsText())
        case .succeededTooLarge, .failed, .voided, .unknown: self
        }
    }
}

extension Manifest {
    /// Whether a result breaks what the manifest promises of it.
    fileprivate func isMalformed(_ outcome: AttemptOutcome) -> Bool {
        switch outcome {
        case .succeeded(let value):
            guard let object = value.objectValue, object[Manifest.reservedResult] == nil else {
                return true
            }
            return outputSchema.map { !$0.isValid(value) } ?? false
        case .succeededTooLarge, .failed, .voided, .unknown: return false
        }
    }

    /// A result without a schema may repeat what it was asked with.
    fileprivate func resultClass(of outcome: AttemptOutcome, _ arguments: JSONObject)
        -> PayloadRef.Class
    {
        let asked = inputSchema.payloadClass(of: .object(arguments))
        guard case .succeeded(let value) = outcome, let outputSchema else { return asked }
        return outputSchema.payloadClass(of: value)
    }
}
