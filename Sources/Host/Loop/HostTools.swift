// The host's own tools, always there: beginning and completing runs, and looking after calls.

package import Engine
import JSON
import JSONSchema

/// One of the host's own tools (DESIGN section 13).
package enum HostTool: String, Sendable, CaseIterable {
    case runBegin = "run_begin"
    case runStatus = "run_status"
    case runComplete = "run_complete"
    case runAbort = "run_abort"
    case callStatus = "call_status"
    case callCancel = "call_cancel"
}

extension ToolHost {
    func answer(_ tool: HostTool, _ arguments: JSONObject) async -> HostAnswer {
        let violations = tool.schema.validate(.object(arguments))
        guard violations.isEmpty else {
            let message = violations.map(\.message).joined(separator: "; ")
            return .refused(
                Refusal(
                    message: "The arguments of \(tool.rawValue) are not right. \(message). "
                        + "Correct them and call again.", next: .fixArguments, rejection: nil))
        }
        let input = ObjectReader(arguments)
        do throws(DoorError) {
            switch tool {
            case .runBegin: return .host(try begin(input))
            case .runStatus: return .host(try runStatus(input))
            case .runComplete: return .host(try complete(input))
            case .runAbort: return .host(try await abort(input))
            case .callStatus: return .host(try await callStatus(input))
            case .callCancel: return .host(try cancelCall(input))
            }
        } catch {
            switch error {
            case .rejected(let rejection):
                return .refused(Refusal(rejection))
            case .fault(let fault): return .fault(fault.beforeSubmitting)
            }
        }
    }

    private func begin(_ input: ObjectReader) throws(DoorError) -> JSONObject {
        let open = try opened()
        let catalog = self.catalog
        let pins = catalog.pins(of: offered(of: catalog))
        let request = BeginRequest(
            caller: caller, purpose: input.text("purpose"),
            intentID: input.object["intent_id"]?.stringValue,
            pins: pins, deadlineMs: try deadlineMs(input))
        let doors = doors(of: open)
        let begun = try open.perform(.flushed, pinning: pins, of: catalog) {
            transaction, moment throws(DoorError) in
            try doors.begin(request, in: transaction, moment)
        }
        let calls = try told(begun.run, in: open)
        var content: JSONObject = [
            "run_id": .string(begun.run.id.text), "state": .string(begun.run.state.rawValue),
            "resumed": .bool(begun.isResumed), "calls": .array(calls),
        ]
        content["calls_left_out"] = begun.run.callsLeftOut
        return content
    }

    private func runStatus(_ input: ObjectReader) throws(DoorError) -> JSONObject {
        let open = try opened()
        let run = try ownRun(input.text("run_id"), in: open)
        let purpose = try faulting { () throws(JournalFault) in
            try open.journal.read { reading throws(JournalFault) in
                try reading.text(run.purpose)
            }
        }
        let waiting = run.calls.compactMap { call in
            call.wait(in: run).map { wait -> JSONValue in
                [
                    "call_id": .string(call.id.text), "for": .string(wait.what),
                    "until": .text(wait.until?.description),
                ]
            }
        }
        var content: JSONObject = [
            "run_id": .string(run.id.text), "state": .string(run.state.rawValue),
            "purpose": purpose.map { .string($0) } ?? .null,
            "calls": .array(try told(run, in: open)),
        ]
        content["calls_left_out"] = run.callsLeftOut
        content["waiting"] = .array(waiting)
        let (policy, now) = (policy, clock.now())
        content["budget_left"] = try faulting { () throws(JournalFault) in
            try open.journal.read { reading throws(JournalFault) in
                try reading.budgetLeft(run: run, policy: policy, now: now)
            }
        }
        for member in run.abortReport { content[member.name] = member.value }
        content["next"] = .string(run.nextStep.rawValue)
        return content
    }

    private func complete(_ input: ObjectReader) throws(DoorError) -> JSONObject {
        let open = try opened()
        let id = try ownRun(input.text("run_id"), in: open).id
        let summary = input.object["summary"]?.stringValue
        let doors = doors(of: open)
        let caller = self.caller
        let run = try open.perform(.flushed) { transaction, moment throws(DoorError) in
            try doors.complete(id, summary: summary, for: caller, in: transaction, moment)
        }
        return ["run_id": .string(run.id.text), "state": .string(run.state.rawValue)]
    }

    private func callStatus(_ input: ObjectReader) async throws(DoorError) -> JSONObject {
        let open = try opened()
        let waitMs = Int64(input.object["wait_ms"]?.intValue ?? 0)
        var view = try ownCall(input.text("call_id"), in: open)
        let deadlineMs = clock.steadyMs() + min(waitMs, HostLimits.longestWaitMs)
        view = try await outcome(of: view, in: open) { deadlineMs }
        let found = view.call
        let provenance = try faulting { () throws(JournalFault) in
            try self.provenance(of: found, in: open)
        }
        noteReading(found, provenance)
        return provenance.told(view.statusDocument)
    }

    private func cancelCall(_ input: ObjectReader) throws(DoorError) -> JSONObject {
        let open = try opened()
        let found = try ownCall(input.text("call_id"), in: open)
        let view = try cancel(
            found.call.id, reason: input.object["reason"]?.stringValue, in: open)
        return [
            "call_id": .string(view.call.id.text), "status": .string(view.call.status.rawValue),
        ]
    }

    private func deadlineMs(_ input: ObjectReader) throws(DoorError) -> Int64? {
        guard let text = input.object["deadline"]?.stringValue else { return nil }
        guard let ms = DurationText.milliseconds(of: text), ms > 0,
            ms <= CatalogLimits.maxDeadlineMs
        else { throw .rejected(.deadlineUnusable(text.cut(toBytes: HostLimits.echoedIDBytes))) }
        return ms
    }

    /// A run of this caller; another's is answered like one that is not there.
    func ownRun(_ text: String, in open: OpenJournal) throws(DoorError) -> Run {
        let found = try faulting { () throws(JournalFault) in
            try open.journal.read { reading throws(JournalFault) -> Run? in
                guard let id = RunID(text) else { return nil }
                return try reading.run(id)
            }
        }
        guard let found, found.caller.owns(caller) else { throw .rejected(.unknownRun(text)) }
        return found
    }

    private func ownCall(_ text: String, in open: OpenJournal) throws(DoorError) -> CallView {
        let found = try faulting { () throws(JournalFault) in
            try open.journal.read { reading throws(JournalFault) -> CallView? in
                guard let id = CallID(text) else { return nil }
                return try reading.view(of: id)
            }
        }
        guard let found, found.caller.owns(caller) else { throw .rejected(.unknownCall(text)) }
        return found
    }

    /// The run's calls for a model: what was done and how it stands, newest last.
    private func told(_ run: Run, in open: OpenJournal) throws(DoorError) -> [JSONValue] {
        try faulting { () throws(JournalFault) in
            try open.journal.read { reading throws(JournalFault) in
                var told: [JSONValue] = []
                for call in run.calls.suffix(HostLimits.toldCalls) {
                    var line: JSONObject = [
                        "call_id": .string(call.id.text), "tool": .string(call.tool.text),
                        "status": .string(call.status.rawValue),
                    ]
                    if let undone = call.undoes { line["undoes"] = .string(undone.text) }
                    if let did = try self.did(call, reading) {
                        let provenance = try self.provenance(of: call, reading)
                        self.noteReading(call, provenance)
                        line["did"] = .string(provenance.stripped(did).value)
                    }
                    told.append(.object(line))
                }
                return told
            }
        }
    }

    /// What a call did, in the words of its manifest; nil where it did nothing or cannot say.
    package func did(
        _ call: Call, _ lookup: any JournalReading
    ) throws(JournalFault) -> String? {
        guard case .succeeded(let reference, let withheld) = call.phase,
            let template = try tool(call.manifest, lookup)?.manifest.didTemplate
        else { return nil }
        let result = withheld == nil ? try lookup.value(reference) : nil
        let roots: JSONValue = [
            "arguments": try lookup.value(call.arguments) ?? [:], "result": result ?? [:],
            "call": ["id": .string(call.id.text)],
        ]
        do {
            return try template.renderText(roots)
        } catch {
            return nil  // A template that asks for more than there is says nothing.
        }
    }
}

extension ObjectReader {
    /// A member that the tool's schema has found to be there and to be text.
    fileprivate func text(_ name: String) -> String { object[name]?.stringValue ?? "" }
}

/// Who or what a call waits for, and until when; nil where that has no end.
struct CallWait {
    let what: String
    let until: Instant?
}

extension Call {
    /// Nil where nothing more is to come.
    func wait(in run: Run) -> CallWait? {
        switch phase {
        case .held:
            CallWait(
                what: "a yes or no" + (approval.map { " (\($0.askedWords(run.caller)))" } ?? ""),
                until: approval?.decideBy)
        case .ready where run.quarantine != nil && delivery.isWrite:
            CallWait(what: "an operator to end the run's quarantine", until: nil)
        case .ready where isQueued:
            CallWait(what: "its turn: as many as may be are under way", until: nil)
        case .ready: CallWait(what: "a host to start it", until: approval?.executeBy)
        case .waiting(let until, _, _): CallWait(what: "another attempt", until: until)
        case .running(_, let leaseUntil): CallWait(what: "its attempt to end", until: leaseUntil)
        case .verifying(let probing):
            CallWait(
                what: "a probe (\(probing.purpose.rawValue)) to end", until: probing.leaseUntil)
        case .confirming(let at): CallWait(what: "its effect to be read back", until: at)
        case .unknown(let recoverAt?):
            CallWait(what: isVerified ? "a probe (verify)" : "another attempt", until: recoverAt)
        case .compensating(let undo): CallWait(what: "its undo, \(undo)", until: nil)
        case .unknown(recoverAt: nil), .needsAttention:
            isLeft ? nil : CallWait(what: "a person to run holdfast resolve", until: nil)
        case .failed(.permission, _) where needsPerson:
            CallWait(what: "a person to run holdfast resolve", until: nil)
        case .succeeded, .failed, .denied, .cancelled, .shadow, .compensated: nil
        }
    }
}

extension Run {
    /// How many of its oldest calls are not told; nil where all are.
    var callsLeftOut: JSONValue? {
        let count = calls.count - HostLimits.toldCalls
        return count > 0 ? .integer(count) : nil
    }

    fileprivate var nextStep: NextStep {
        switch state {
        case .needsAttention, .quarantined: .askHuman
        case .aborting: .wait
        case .completed, .aborted, .expired: .doNotRetry
        case .open: calls.contains { !$0.hasEnded } ? .wait : .useResult
        }
    }
}
