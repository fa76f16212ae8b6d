// Aborting a run for the agent that it belongs to: the order, as much of the undoing as its
// patience lasts for, and what came of it in words and as data.

package import Engine
package import JSON
import Synchronization

extension ToolHost {
    func abort(_ input: ObjectReader) async throws(DoorError) -> JSONObject {
        let open = try opened()
        let id = try ownRun(input.object["run_id"]?.stringValue ?? "", in: open).id
        let order = AbortOrder(
            cause: .requested, by: caller.profile,
            reason: input.object["reason"]?.stringValue ?? "", isForced: false)
        let run = try await abort(
            id, order, for: caller, by: Actor(.agent, caller.profile), in: open)
        return run.abortDocument
    }

    /// Gives the order, undoes what can be undone now, and waits for the rest while patience lasts.
    package func abort(
        _ id: RunID, _ order: AbortOrder, for caller: Caller?, by actor: Actor,
        in open: OpenJournal
    ) async throws(DoorError) -> Run {
        if !open.owner.holdsLease {
            try faulting { () throws(JournalFault) in try open.renewLease(clock) }
        }
        let deadlineMs = clock.steadyMs() + HostLimits.defaultWaitMs
        let ticket = open.owner.ticket
        let doors = doors(of: open)
        let environment = open.environment
        let aborted = try open.perform(.flushed) { transaction, moment throws(DoorError) in
            let aborted = try doors.abort(
                id, order, for: caller, by: actor, environments: [environment],
                in: transaction, moment)
            FailPoint.pass(.beforeSubmitCommit)
            return aborted
        }
        FailPoint.pass(.afterSubmitCommit)
        if let work = aborted.next {
            do throws(JournalFault) {
                try await perform(work, in: open, ticket, undoingUntil: deadlineMs)
            } catch {
                throw .fault(error)
            }
        }
        return try await abortedRun(id, until: deadlineMs, in: open)
    }

    private func abortedRun(
        _ id: RunID, until deadlineMs: Int64, in open: OpenJournal
    ) async throws(DoorError) -> Run {
        var pauseMs = HostLimits.firstPollMs
        while true {
            let run = try faulting { () throws(JournalFault) in
                try open.journal.read { reading throws(JournalFault) in try reading.run(id) }
            }
            guard let run else { throw .rejected(.unknownRun(id.text)) }
            let isWorthWaitingFor = run.state == .aborting && !run.waitsForPeople
                && !isDraining.load(ordering: .acquiring)
            guard isWorthWaitingFor, clock.steadyMs() < deadlineMs else { return run }
            await pause(pauseMs)
            pauseMs = min(pauseMs * 2, HostLimits.longestPollMs)
        }
    }
}

extension Run {
    /// Whether nothing of it moves on before a person decides.
    fileprivate var waitsForPeople: Bool {
        let open = calls.filter { !$0.hasEnded }
        return !open.isEmpty
            && open.allSatisfy { call in
                switch call.phase {
                case .held, .compensating: true
                case .ready, .running, .waiting, .unknown, .verifying, .confirming, .succeeded,
                    .failed, .denied, .cancelled, .shadow, .compensated, .needsAttention:
                    call.needsPerson
                }
            }
            && open.contains { $0.phase != .held || $0.isUndo }
    }

    /// `{run_id, state, undone, standing, pending, message, next}`.
    package var abortDocument: JSONObject {
        var document: JSONObject = [
            "run_id": .string(id.text), "state": .string(state.rawValue),
        ]
        for member in abortReport { document[member.name] = member.value }
        document["message"] = .string(abortWords)
        document["next"] = .string(abortStep.rawValue)
        return document
    }

    /// What was undone, what stands and why, and what is still to come; empty for a run that is
    /// not aborted.
    var abortReport: JSONObject {
        guard ending != nil else { return [:] }
        let undone = calls.filter { if case .compensated = $0.phase { true } else { false } }
        let pending = calls.filter { !$0.hasEnded && !$0.isLeft }
        return [
            "undone": .array(
                undone.map {
                    ["call_id": .string($0.id.text), "tool": .string($0.tool.text)]
                }),
            "standing": .array(
                standing.map {
                    [
                        "call_id": .string($0.call.id.text), "tool": .string($0.call.tool.text),
                        "why": .string($0.why.words),
                    ]
                }),
            "pending": .array(
                pending.map { call in
                    var line: JSONObject = [
                        "call_id": .string(call.id.text), "tool": .string(call.tool.text),
                        "status": .string(call.status.rawValue),
                    ]
                    if let approval = call.approval, approval.state == .pending {
                        line["approval_id"] = .string(approval.id.text)
                    }
                    if let wait = call.wait(in: self) {
                        line["for"] = .string(wait.what)
                        line["until"] = .text(wait.until?.description)
                    }
                    return .object(line)
                }
                    + toBeUndone.map {
                        [
                            "call_id": .string($0.id.text), "tool": .string($0.tool.text),
                            "status": .string($0.status.rawValue),
                            "for": "its turn to be undone, after what came later", "until": .null,
                        ]
                    }),
        ]
    }

    private var abortStep: NextStep {
        if state == .needsAttention || waitsForPeople { return .askHuman }
        return state == .aborting ? .wait : .doNotRetry
    }

    /// What an abort has come to so far, for a model and for people.
    package var abortWords: String {
        let undone = calls.filter { if case .compensated = $0.phase { true } else { false } }
        let pending = calls.filter { !$0.hasEnded && !$0.isLeft }
        var words: [String] = []
        switch state {
        case .aborted, .expired:
            words.append("The run is \(state.rawValue).")
        case .aborting where waitsForPeople:
            words.append(
                "The run is being aborted, and waits for a person: tell the user that `holdfast "
                    + "approvals` shows what is asked.")
        case .aborting:
            words.append("The run is being aborted; what is not settled yet goes on by itself.")
        case .needsAttention:
            words.append("The run is being aborted, and needs a person: tell the user.")
        case .open, .completed, .quarantined: words.append("The run is \(state.rawValue).")
        }
        words.append(
            undone.isEmpty
                ? "Nothing was undone."
                : "Undone: " + undone.map { "\($0.tool) (\($0.id))" }.joined(separator: ", ") + ".")
        let left = toBeUndone
        if !left.isEmpty {
            words.append(
                "To be undone after that: "
                    + left.map { "\($0.tool) (\($0.id))" }.joined(separator: ", ") + ".")
        }
        if standing.isEmpty {
            if pending.isEmpty, left.isEmpty { words.append("Nothing of it is left standing.") }
        } else {
            let lines = standing.map { "\($0.call.tool) (\($0.call.id)), for \($0.why.words)" }
            words.append("Still standing: " + lines.joined(separator: "; ") + ".")
        }
        if !pending.isEmpty {
            let lines = pending.map { call in
                "\(call.tool) (\(call.id))"
                    + (call.wait(in: self).map { " waits for \($0.what)" } ?? "")
            }
            words.append("Not settled: " + lines.joined(separator: "; ") + ".")
        }
        return words.joined(separator: " ")
    }
}

extension Standing.Why {
    /// Why it stands, after "for".
    package var words: String {
        switch self {
        case .hasNoUndo: "its manifest names nothing that undoes it"
        case .isIrreversible: "it is irreversible"
        case .isPivot: "its manifest says that the way back ends there"
        case .isBeforePivot: "it lies before a call at which the way back ends"
        case .isUnknown: "nobody knows whether it happened"
        case .undoFailed: "what should have undone it came to nothing"
        case .cameLate: "its success arrived after it had been given up"
        }
    }
}
