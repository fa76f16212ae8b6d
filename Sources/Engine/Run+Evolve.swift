// Folding events into a run. No rule lives here and nothing here can fail: an event that does not
// fit its run was never made by `decide`, and a journal that holds one is damaged. What an event
// does to its call is beside.

import Proofs

extension Run {
    /// The run that a first event opens; nil where it is no opening event.
    package init?(id: RunID, opening event: Event, at: Instant) {
        guard case .runOpened(let opened) = event else { return nil }
        self.init(
            id: id, caller: opened.caller, isSingle: opened.isSingle, createdAt: at,
            pins: opened.pins, purpose: opened.purpose, deadline: opened.deadline)
        version = 1
    }

    package mutating func evolve(_ event: Event, at: Instant) {
        version += 1
        switch event {
        case .runOpened:
            preconditionFailure("A run is opened once, by its first event.")
        case .manifestsPinned(let pins):
            // In the order in which a snapshot keeps them.
            self.pins = (self.pins + pins).sorted { $0.tool < $1.tool }
        case .runCompleted(let summary):
            isCompleted = true
            self.summary = summary
        case .runAborting(let aborting):
            quarantine = nil
            ending = RunEnding(
                cause: aborting.cause, by: aborting.by, reason: aborting.reason, startedAt: at)
        case .abortForced: ending?.isForced = true
        case .runAborted: ending?.endedAt = at
        case .runQuarantined(let by, let reason):
            quarantine = Quarantine(by: by, reason: reason, at: at)
        case .runReleased: quarantine = nil
        case .halted(let scope, let by, let reason):
            halts.append(Halt(scope: scope, by: by, reason: reason, at: at))
        case .resumed(let scope, _, _): halts.removeAll { $0.scope == scope }
        case .callAccepted(let accepted): accept(accepted, at: at)
        case .callDenied, .callShadowed, .decisionMade, .approvalReminded, .approvalEscalated,
            .grantIssued, .grantRevoked, .approvalRequested, .approvalGranted, .approvalDenied,
            .approvalExpired, .attemptStarted, .attemptSucceeded, .attemptFailed, .attemptUnknown,
            .lateAnswer, .senderGone, .probeStarted, .probeEnded, .recoveryExhausted,
            .cancelRequested, .callCancelled, .callResolved, .outcomeDelivered, .callCompensated,
            .undoFailed, .undoImpossible, .leftStanding, .callQueued:
            guard let id = event.call else {
                preconditionFailure("What does not concern the whole run concerns a call.")
            }
            update(id) { $0.evolve(event, at: at) }
        }
    }

    /// Whether the event can be about this run as it is, so that folding it is no bug.
    fileprivate func fits(_ event: Event) -> Bool {
        switch event {
        case .runOpened: return false
        case .callAccepted(let accepted):
            guard case .undo(let undone) = accepted.origin else { return true }
            return self[undone] != nil
        case _: return event.call.map { self[$0] != nil } ?? true
        }
    }

    private mutating func accept(_ accepted: CallAccepted, at: Instant) {
        var call = Call(accepted, at: at)
        call.changedAt = version
        calls.append(call)
        switch accepted.origin {
        case .agent, .grant: break
        case .undo(let undone): update(undone) { $0.phase = .compensating(by: accepted.call) }
        }
    }

    private mutating func update(_ id: CallID, _ change: (inout Call) -> Void) {
        guard let index = calls.lastIndex(where: { $0.id == id }) else {
            preconditionFailure("An event speaks of \(id), which its run never accepted.")
        }
        change(&calls[index])
        calls[index].changedAt = version
    }
}

extension Run? {
    /// Whether a journal may hold the event at this place.
    func fits(_ event: Event) -> Bool {
        switch (self, event) {
        case (nil, .runOpened): true
        case (nil, _): false
        case (let run?, _): run.fits(event)
        }
    }
}
