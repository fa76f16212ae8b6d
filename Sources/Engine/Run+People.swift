// What people say of calls: how an unknown one ended, and requests to stop (which agents may make
// too). Yes and no to held ones have their own file.

extension Run {
    func cancel(_ call: Call, _ reason: PayloadRef?, _ now: Instant) -> [Event] {
        let request: [Event] =
            call.cancelRequested ? [] : [.cancelRequested(call.id, reason: reason)]
        // An undo that was asked for is not stopped by whoever asked for what it undoes.
        if call.isUndo { return [] }
        switch call.phase {
        case .ready where !call.overruled.isEmpty: return request + [doubtedAgain(call, now)]
        case .held, .ready, .waiting: return [.callCancelled(call.id, reason: reason)]
        case .unknown(recoverAt: _?) where !call.delivery.isWrite:
            return [.callCancelled(call.id, reason: reason)]
        case .verifying(let probing):
            switch probing.purpose {
            case .verify: return request
            case .readBack: return []
            case .refresh: return [.callCancelled(call.id, reason: reason)]
            }
        case .running, .unknown: return request
        case .confirming, .succeeded, .failed, .denied, .cancelled, .shadow, .compensating,
            .compensated, .needsAttention:
            return []
        }
    }

    func resolve(
        _ call: Call, _ resolution: Resolution, _ by: String, _ reason: PayloadRef,
        _ facts: Facts
    ) throws(Rejection) -> [Event] {
        guard call.canBeSettled else { throw .nothingToSettle(call.id, call.status) }
        if let holder = facts.holder, resolution == .retry, !call.keepsKey {
            throw .doneSince(call.id, by: holder.call)
        }
        switch resolution {
        case .succeeded: break
        case .failed, .retry:
            // What a process that is only frozen holds in hand may still be sent.
            if let sender = call.senders.first(where: { !facts.silent.contains($0.attempt) }) {
                throw .senderMayLive(call.id, attempt: sender.attempt, sender.owner)
            }
        }
        if resolution == .retry {
            // Others may have used since what it gave back of its limits when it failed.
            if call.charge != nil, !call.isCounted, !call.isUndo { throw .partGivenBack(call.id) }
            if case .needsAttention(.lateSuccess) = call.phase { throw .wouldRepeat(call.id) }
            // A yes that was not given is not given by trying again.
            if let approval = call.approval, approval.state != .spent {
                throw .approvalIsOver(approval.id, approval.state)
            }
        }
        if resolution == .retry, let ending {
            if ending.endedAt != nil { throw .runEnded(id) }
            // What is about to be undone is not done again.
            if call.wouldBeAttemptedAgain { throw .runAborting(id) }
        }
        return [.callResolved(call.id, resolution, by: by, reason: reason)]
    }
}

extension Call {
    /// Whether to try it again means its effect once more.
    fileprivate var wouldBeAttemptedAgain: Bool {
        switch phase {
        case .needsAttention(.readBack), .needsAttention(.undoImpossible): false
        case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming, .succeeded,
            .failed, .denied, .cancelled, .shadow, .compensating, .compensated, .needsAttention:
            !isUndo
        }
    }

    /// Whether a person may say how it ended.
    fileprivate var canBeSettled: Bool {
        switch phase {
        case .unknown, .needsAttention: true
        case .verifying(let probing): probing.purpose == .verify
        case .failed(.permission, _): needsPerson
        case .held, .ready, .running, .waiting, .confirming, .succeeded, .failed, .denied,
            .cancelled, .shadow, .compensating, .compensated:
            false
        }
    }
}
