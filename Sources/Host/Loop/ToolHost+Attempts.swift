// Doing what the engine has handed out: one attempt, from its lease to its recorded outcome.

import Engine
import JSON
import JSONSchema
import Synchronization

extension ToolHost {
    /// Executes an attempt whose intent is on disk, and records what came of it.
    /// - Parameter ticket: taken before the attempt was claimed.
    func execute(
        _ claimed: Attempt, in open: OpenJournal, _ ticket: LeaseTicket, stop: StopSignal
    ) async throws(JournalFault) -> EndedStep {
        running.add(claimed, stop)
        defer { running.remove(claimed) }
        let tool: CatalogTool?
        do throws(JournalFault) {
            tool = try pinnedTool(claimed.manifest, in: open)
        } catch {
            let unread = Failure.unsent("\(error.message) Nothing was sent.")
            return try record(AttemptReport(claimed, .failed(unread), nil, .standard), in: open)
        }
        let current = catalog.tool(named: claimed.tool) ?? tool
        let attempt = claimed.within(
            timeoutMs: current?.manifest.tool.timeoutMs ?? claimed.timeoutMs)
        let outcome = await outcome(of: attempt, by: tool, stop) {
            open.owner.holdsLease(since: ticket)
        }
        let retry = current?.manifest.tool.retry ?? .standard
        var report = AttemptReport(attempt, outcome, tool, retry)
        if case .unknown = outcome {
            let locks = LeashLocks(beside: configuration.stateFolder)
            report.mayStillSend = LeashLocks.isHeld(locks.path(of: attempt))
        }
        return try record(report, in: open)
    }

    func pinnedTool(
        _ manifest: ManifestDigest, in open: OpenJournal
    ) throws(JournalFault) -> CatalogTool? {
        if let known = knownTool(manifest) { return known }
        return try open.journal.read { reading throws(JournalFault) in
            try tool(manifest, reading)
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
            return .failed(.unsent("Stopped before anything was sent."))
        }
        guard holdsLease() else {
            return .failed(.unsent("This host was suspended past its lease. Nothing was sent."))
        }
        FailPoint.pass(.beforeEffect)
        let outcome = await tool.connector.execute(attempt, stop: stop)
        FailPoint.pass(.afterEffect)
        return outcome
    }

    /// Where the journal cannot take it now, it is kept until it can.
    func record(
        _ report: AttemptReport, in open: OpenJournal
    ) throws(JournalFault) -> EndedStep {
        let doors = doors(of: open)
        do throws(JournalFault) {
            return try record(in: open) { transaction, moment throws(JournalFault) in
                try doors.record(report, in: transaction, moment)
            }
        } catch {
            unrecorded.keep(report)
            throw error
        }
    }
}

extension AttemptReport {
    fileprivate init(
        _ attempt: Attempt, _ outcome: AttemptOutcome, _ tool: CatalogTool?, _ retry: RetryRule
    ) {
        let exact = outcome.exact
        self.init(
            attempt: attempt, outcome: exact,
            resultClass: tool?.manifest.resultClass(of: outcome, attempt.arguments) ?? .plain,
            isMalformed: tool?.manifest.isMalformed(exact) ?? false, retry: retry)
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
