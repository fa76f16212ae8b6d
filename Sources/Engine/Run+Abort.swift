// Undoing a run: what an abort asks for, what follows from it step by step, and what stays. What
// to do next is read from the state, so that an abort that was cut off goes on anywhere.

extension Run {
    func abort(_ aborting: RunAborting, _ isForced: Bool) throws(Rejection) -> [Event] {
        let forced: [Event] =
            isForced ? aborting.reason.map { [.abortForced(by: aborting.by, reason: $0)] } ?? []
            : []
        guard let ending else {
            if hasCompleted { throw .runEnded(id) }
            return [.runAborting(aborting)] + forced
        }
        guard ending.endedAt == nil else { return [] }
        // An abort ends a quarantine, be it the first order or another one.
        let released: [Event] =
            quarantine == nil
            ? [] : aborting.reason.map { [.runReleased(by: aborting.by, reason: $0)] } ?? []
        return released + (ending.isForced ? [] : forced)
    }

    /// Its deadline, where that has come and nothing has followed from it yet.
    func passedDeadline(at now: Instant) -> Instant? {
        guard let deadline, now >= deadline, ending == nil, !hasCompleted, quarantine == nil else {
            return nil
        }
        return deadline
    }

    func expireRun(_ now: Instant) -> [Event] {
        guard passedDeadline(at: now) != nil else { return [] }
        return [.runAborting(RunAborting(cause: .deadline, by: "deadline", reason: nil))]
    }

    func giveUpUndo(_ call: Call, _ reason: PayloadRef) -> [Event] {
        nextUndo?.id == call.id ? [.undoImpossible(call.id, reason: reason)] : []
    }

    /// What follows from the state alone while the run is being aborted.
    func consequences(at now: Instant) -> [Event] {
        guard isAborting, quarantine == nil, let ending else { return [] }
        var next = self
        var events: [Event] = []
        func add(_ event: Event) {
            next.evolve(event, at: now)
            events.append(event)
        }
        for call in calls {
            if let event = consequence(for: call, isForced: ending.isForced, now) { add(event) }
        }
        // An undo's end says what has become of what it undoes.
        for call in next.calls {
            guard case .compensating(let by) = call.phase, let undo = next[by] else { continue }
            for event in next.consequence(ofUndo: undo, isForced: ending.isForced) { add(event) }
        }
        if !next.calls.contains(where: \.isAwaited), next.nextUndo == nil { add(.runAborted) }
        return events
    }

    private func consequence(for call: Call, isForced: Bool, _ now: Instant) -> Event? {
        guard !call.isUndo else { return nil }
        switch call.phase {
        case .ready where !call.overruled.isEmpty: return doubtedAgain(call, now)
        case .held, .ready, .waiting: return .callCancelled(call.id, reason: nil)
        case .unknown, .needsAttention:
            return isForced && !call.isLeft ? .leftStanding(call.id) : nil
        case .running, .verifying, .confirming, .succeeded, .failed, .denied, .cancelled, .shadow,
            .compensating, .compensated:
            return nil
        }
    }

    private func consequence(ofUndo undo: Call, isForced: Bool) -> [Event] {
        guard let undone = undo.undoes, let call = self[undone],
            case .compensating(undo.id) = call.phase
        else { return [] }
        switch undo.phase {
        case .succeeded: return [.callCompensated(undone, by: undo.id)]
        case .failed, .denied, .cancelled, .shadow:
            // A person who says that it failed has said that what it undoes stands.
            return isForced || undo.isAcknowledged
                ? [.leftStanding(undone)] : [.undoFailed(undo.id)]
        case .unknown, .needsAttention:
            return isForced && !undo.isLeft
                ? [.leftStanding(undo.id), .leftStanding(undone)] : []
        case .held, .ready, .running, .waiting, .verifying, .confirming, .compensating,
            .compensated:
            return []
        }
    }

    /// The call whose undo is next; nil where none is, or something must be settled before.
    package var nextUndo: Call? {
        guard isAborting, quarantine == nil, !calls.contains(where: \.isAwaited) else {
            return nil
        }
        return toBeUndone.last
    }

    /// What an abort has still to undo, in order of intent.
    package var toBeUndone: [Call] {
        guard isAborting else { return [] }
        let pivot = calls.lastIndex(where: \.stopsUndo) ?? -1
        // What was settled after something before it had been undone comes too late for the order.
        let undone = calls.firstIndex(where: \.hasBeenUndone) ?? calls.count
        return calls.enumerated().filter { position, call in
            position > pivot && position < undone && call.isToBeUndone
        }.map(\.element)
    }

    /// What an abort has left or will leave as it is, in order of intent.
    package var standing: [Standing] {
        guard let ending else { return [] }
        let pivot = calls.lastIndex(where: \.stopsUndo)
        return calls.enumerated().compactMap { position, call in
            let isPast = pivot.map { position < $0 } ?? false
            if let why = call.standsBecause(isPast: isPast) {
                return Standing(call: call, why: why)
            }
            // After the end, or after what was done before it, nobody undoes it any more.
            let comesTooLate = ending.endedAt != nil
                || calls.prefix(position).contains(where: \.hasBeenUndone)
            return comesTooLate && call.isToBeUndone
                ? Standing(call: call, why: .cameLate) : nil
        }
    }
}

/// A write that an abort leaves as it is.
package struct Standing: Hashable, Sendable {
    package enum Why: String, Sendable, CaseIterable {
        /// Its manifest names nothing that undoes it.
        case hasNoUndo = "has_no_undo"
        case isIrreversible = "is_irreversible"
        /// The manifest says that the way back ends here.
        case isPivot = "is_pivot"
        case isBeforePivot = "is_before_pivot"
        /// Nobody knows whether it happened.
        case isUnknown = "is_unknown"
        /// What should have undone it came to nothing.
        case undoFailed = "undo_failed"
        /// Its success arrived after it had been given up.
        case cameLate = "came_late"
    }
    package let call: Call
    package let why: Why
}

extension Call {
    /// Whether the run's abort must wait for it.
    fileprivate var isAwaited: Bool {
        switch phase {
        case .held, .ready, .waiting: true
        case .running, .verifying, .confirming, .compensating: true
        case .unknown, .needsAttention: !isLeft
        case .succeeded, .failed, .denied, .cancelled, .shadow, .compensated: false
        }
    }

    fileprivate var stopsUndo: Bool {
        guard followUps.isPivot, !isUndo else { return false }
        switch phase {
        case .succeeded, .needsAttention, .compensating, .confirming: return true
        case .unknown: return isLeft
        case .held, .ready, .running, .waiting, .verifying, .failed, .denied, .cancelled, .shadow,
            .compensated:
            return false
        }
    }

    fileprivate var hasBeenUndone: Bool {
        switch phase {
        case .compensating, .compensated: true
        case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming, .succeeded,
            .failed, .denied, .cancelled, .shadow, .needsAttention:
            false
        }
    }

    fileprivate var isToBeUndone: Bool {
        guard case .succeeded = phase, delivery.isWrite, !isLeft else { return false }
        return followUps.undo != nil && reversibility != .irreversible
    }

    fileprivate func standsBecause(isPast: Bool) -> Standing.Why? {
        guard delivery.isWrite, !isUndo else { return nil }
        switch phase {
        case .succeeded:
            if followUps.isPivot { return .isPivot }
            if isPast { return .isBeforePivot }
            if isLeft { return .undoFailed }
            if reversibility == .irreversible { return .isIrreversible }
            return followUps.undo == nil ? .hasNoUndo : nil
        case .unknown: return isLeft ? .isUnknown : nil
        case .needsAttention(.lateSuccess): return .cameLate
        case .needsAttention(.undoImpossible): return .undoFailed
        case .needsAttention(.readBack): return isLeft ? .undoFailed : nil
        case .needsAttention(.recoveryExhausted): return isLeft ? .isUnknown : nil
        case .needsAttention(.undoFailed): return nil
        case .held, .ready, .running, .waiting, .verifying, .confirming, .failed, .denied,
            .cancelled, .shadow, .compensating, .compensated:
            return nil
        }
    }
}
