// The life of one call: checked, submitted, executed, recorded, or joined where it is there.

package import Engine
import JSON
import Synchronization

extension ToolHost {
    /// Answers a request. Blocks while it journals and executes; `control` may ask it to stop.
    package func answer(_ request: HostCall, _ control: CallControl) async -> HostAnswer {
        if let tool = HostTool(rawValue: request.tool) {
            return await answer(tool, request.arguments)
        }
        let catalog = self.catalog
        guard let tool = visibleTool(request, catalog) else { return .unknownTool(request.tool) }
        guard !running.isStopping else {
            return .refused(
                Refusal(
                    message: "This host is being stopped. Nothing was done; call again once it "
                        + "has been started anew.", next: .wait, rejection: nil))
        }
        let valid: SubmitRequest
        do throws(CallRefusal) {
            valid = try check(request, for: tool, in: catalog)
        } catch {
            return error.fault.map { .fault($0.beforeSubmitting) } ?? .refused(error.refusal)
        }
        do throws(DoorError) {
            if let reply = request.reply {
                return try await answer(reply, to: valid, tool.manifest, control)
            }
            return try await run(valid, tool, catalog, control)
        } catch {
            switch error {
            case .rejected(let rejection): return .refused(Refusal(rejection))
            case .fault(let fault): return .fault(fault)
            }
        }
    }

    // A tool that is not allowed must look exactly like one that does not exist.
    private func visibleTool(_ request: HostCall, _ catalog: Catalog) -> CatalogTool? {
        let name = ToolName(request.tool)
        guard let tool = catalog.tool(named: name),
            policy.offers(tool.manifest.tool) && tool.manifest.agent || request.isByPerson
        else { return nil }
        return tool
    }

    private func run(
        _ request: SubmitRequest, _ tool: CatalogTool, _ catalog: Catalog,
        _ control: CallControl
    ) async throws(DoorError) -> HostAnswer {
        let open: OpenJournal
        let submission: Submission
        let ticket: LeaseTicket
        do throws(DoorError) {
            open = try opened()
            // The journal may have been out of reach for as long as a lease lasts.
            if !open.owner.holdsLease {
                try faulting { () throws(JournalFault) in try open.renewLease(clock) }
            }
            ticket = open.owner.ticket
            submission = try submit(request, of: catalog, in: open, by: doors(of: open))
        } catch {
            throw error.mappingFault(\.beforeSubmitting)
        }
        let call = submission.view.call
        // Who can be told otherwise is not kept waiting for a person.
        let patience = control.way.takesMore(than: submission.view.call)
            ? 0 : patienceMs(of: submission.view, tool.manifest)
        let untilMs = clock.steadyMs() + patience
        // Nobody is answered in the moment before their user is asked.
        control.become(
            submission.view, isReplay: submission.isReplay,
            until: control.way.asks(about: call) ? .max : untilMs)
        if control.stop.isRaised, let fault = cancel(control, reason: nil) {
            return .unrecorded(fault.afterSubmitting(call), submission.view)
        }
        do throws(DoorError) {
            var view = submission.view
            if let work = submission.work {
                view = try await faulting { () async throws(JournalFault) in
                    try await perform(
                        work, in: open, ticket, stop: control.stop, isForOneCall: true)
                }
            }
            try faulting { () throws(JournalFault) in
                try ask(about: view, tool.manifest, in: open, control, elseUntil: untilMs)
            }
            view = try await outcome(of: view, in: open) { control.deadlineMs }
            return try faulting { () throws(JournalFault) in
                .call(
                    try answer(
                        view, isReplay: submission.isReplay, in: open,
                        asking: control.question?.asking))
            }
        } catch {
            switch error {
            case .fault(let fault):
                return .unrecorded(fault.afterSubmitting(call), submission.view)
            case .rejected: throw error
            }
        }
    }

    /// A call as it stands, ready to be told to a model: whoever is about to tell it has read it.
    func answer(
        _ view: CallView, isReplay: Bool, in open: OpenJournal, asking: AskingEnd? = nil
    ) throws(JournalFault) -> CallAnswer {
        let provenance = try provenance(of: view.call, in: open)
        noteReading(view.call, provenance)
        return CallAnswer(
            view: view, isReplay: isReplay, provenance: provenance, asking: asking)
    }

    func submit(
        _ request: SubmitRequest, of catalog: Catalog, in open: OpenJournal, by doors: Doors
    ) throws(DoorError) -> Submission {
        // A read that is lost with the power was never answered: only writes are flushed, and what
        // rules may turn down, for that is answered at once.
        let isFlushed = request.tool.delivery.isWrite || request.tool.approval != nil
            || doors.rulebook?.policy.rules.isEmpty == false
        let durability: Durability = isFlushed ? .flushed : .committed
        var bound = request
        if bound.environment.isEmpty { bound.environment = open.environment }
        bound.known = request.run.flatMap(recentRuns.find)
        let submission = try open.perform(durability, pinning: request.pins, of: catalog) {
            [bound] transaction, moment throws(DoorError) in
            let submission = try doors.submit(bound, in: transaction, moment)
            FailPoint.pass(.beforeSubmitCommit)
            return submission
        }
        FailPoint.pass(.afterSubmitCommit)
        recentRuns.saw(submission.view.basis)
        return submission
    }

    // A person's decision may take hours: a held call is answered at once unless its manifest
    // says how long its client is to be kept waiting.
    private func patienceMs(of view: CallView, _ manifest: Manifest) -> Int64 {
        if let waitMs = manifest.waitMs { return waitMs }
        return view.call.status == .pendingApproval ? 0 : HostLimits.defaultWaitMs
    }

    /// Waits until a call has an outcome or needs a person, or patience ends.
    /// - Parameter deadlineMs: asked anew each time, for it may move.
    func outcome(
        of view: CallView, in open: OpenJournal, until deadlineMs: () -> Int64
    ) async throws(DoorError) -> CallView {
        var view = view
        var pauseMs = HostLimits.firstPollMs
        while view.call.isWorthWaitingFor(draining: isEnding), clock.steadyMs() < deadlineMs() {
            await pause(pauseMs)
            pauseMs = min(pauseMs * 2, HostLimits.longestPollMs)
            view = try faulting { () throws(JournalFault) in
                try open.journal.read { [view] reading throws(JournalFault) in
                    try reading.view(of: view.call.id, known: view.basis) ?? view
                }
            }
        }
        return view
    }

    /// Whether nothing new is begun here any more.
    var isEnding: Bool {
        isDraining.load(ordering: .acquiring) || running.isStopping
    }

    /// Records a request to stop, and passes it on where the attempt is this process's own.
    @discardableResult
    package func cancel(
        _ call: CallID, reason: String?, in open: OpenJournal
    ) throws(DoorError) -> CallView {
        let doors = doors(of: open)
        let caller = self.caller
        let view = try open.perform(.flushed) { transaction, moment throws(DoorError) in
            try doors.cancel(
                call, reason: reason, for: caller, by: Actor(.agent, caller.profile),
                in: transaction, moment)
        }
        if view.call.cancelRequested { running.stop(call) }
        return view
    }

    /// The client took its request back.
    /// - Returns: why that could not be recorded; the attempt has been asked to stop all the same.
    package func cancel(_ control: CallControl, reason: String?) -> JournalFault? {
        // The record comes first: an attempt that then ends without effect was cancelled.
        let fault = control.callID.flatMap { recordCancel($0, reason) }
        let wasCall = control.callID != nil
        control.stop.raise()
        // A call that came into the journal in between has not seen the signal.
        guard !wasCall, let call = control.callID else { return fault }
        return recordCancel(call, reason)
    }

    private func recordCancel(_ call: CallID, _ reason: String?) -> JournalFault? {
        guard let open = opener.current else { return nil }
        do throws(DoorError) {
            try cancel(call, reason: reason?.cut(toBytes: Limits.freeTextBytes), in: open)
            return nil
        } catch {
            switch error {
            // It is not this caller's, or has ended: there is nothing to stop.
            case .rejected: return nil
            case .fault(let fault): return fault
            }
        }
    }

    /// How a call that is still under way stands, for a client that will wait no longer; nil where
    /// that cannot be read now.
    func standing(_ control: CallControl) -> HostAnswer? {
        guard let accepted = control.accepted, let open = opener.current else { return nil }
        do throws(JournalFault) {
            let view = try open.journal.read { reading throws(JournalFault) in
                try reading.view(of: accepted.view.call.id)
            }
            guard let view else { return nil }
            return .call(
                try answer(
                    view, isReplay: accepted.isReplay, in: open,
                    asking: control.question?.asking))
        } catch {
            // Whoever executes the call will meet the fault too, and tell it.
            return nil
        }
    }

    /// Notes that a call's outcome was written to its caller; nothing is flushed for it.
    package func delivered(_ answer: CallAnswer) {
        let call = answer.view.call
        guard call.status == .succeeded, call.deliveredAt == nil, let key = call.key,
            key.source != .given, let open = opener.current
        else { return }
        let mark = Deliveries.Mark(
            run: answer.view.run, known: answer.view.basis.isSingle ? answer.view.basis : nil,
            call: call.id, at: clock.now())
        if deliveries.add(mark) { rideDeliveries(on: open) }
    }

    // One unit for all that was delivered meanwhile, so that a run is read once for it.
    private func rideDeliveries(on open: OpenJournal) {
        let (doors, moment) = (open.doors, open.owner.moment())
        let written = Deliveries.Written()
        open.writer.ride { [deliveries, recentRuns] transaction throws(JournalFault) in
            let marks = deliveries.waiting
            written.set(marks.count, [])
            var runs: [Run] = []
            for mark in marks {
                let then = Moment(
                    now: mark.at, owner: moment.owner, leaseUntil: moment.leaseUntil,
                    entropy: moment.entropy)
                if let run = try doors.delivered(
                    mark.call, in: mark.run, known: mark.known ?? recentRuns.find(mark.run),
                    transaction, then)
                {
                    runs.append(run)
                }
            }
            written.set(marks.count, runs)
            return .keep
        } ended: { [weak self] in
            guard let self else { return }
            for run in written.runs { recentRuns.saw(run) }
            if deliveries.remove(written.count) { rideDeliveries(on: open) }
        }
    }

    func opened() throws(DoorError) -> OpenJournal {
        try faulting { () throws(JournalFault) in try opener.open() }
    }

    func faulting<Answer>(
        _ body: () throws(JournalFault) -> Answer
    ) throws(DoorError) -> Answer {
        do { return try body() } catch { throw .fault(error) }
    }

    private func faulting<Answer>(
        _ body: () async throws(JournalFault) -> Answer
    ) async throws(DoorError) -> Answer {
        do { return try await body() } catch { throw .fault(error) }
    }

    func pause(_ ms: Int64) async {
        // A cancelled sleep ends early, which is what whoever cancels wants.
        try? await Task.sleep(for: .milliseconds(ms))
    }
}

extension Call {
    /// Whether time alone may bring an outcome. At the end of input only what is under way counts.
    fileprivate func isWorthWaitingFor(draining: Bool) -> Bool {
        switch phase {
        case .running, .verifying, .confirming: true
        case .held, .ready, .waiting, .unknown(recoverAt: _?): !draining
        case .unknown(recoverAt: nil), .succeeded, .failed, .denied, .cancelled, .shadow,
            .compensating, .compensated, .needsAttention:
            false
        }
    }
}
