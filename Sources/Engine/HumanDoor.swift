// What people decide: yes and no to held calls, how an unknown one ended, and requests to stop
// (which agents may make too). A third door of the same shape.

package import JSON
package import Proofs

/// A person's word on an approval.
package enum ApprovalDecision: Hashable, Sendable {
    case approve(reason: String? = nil)
    case deny(reason: String)
    case withdraw(reason: String? = nil)
}

/// Who decides, and how that is known: never by an argument of a tool.
package enum Decider: Hashable, Sendable {
    /// The account of the deciding process, by the operating system.
    case account(String)
    case signed(PublicKey, Signature, at: Instant)
    /// The requester's own client says that they have confirmed.
    case client(String)

    fileprivate var identity: Identity {
        switch self {
        case .account(let name): .account(name)
        case .signed(let key, let signature, let at): .key(key, signature, at: at)
        case .client(let person): .client(person)
        }
    }
}

/// How a person says an unknown call ended.
package enum Settlement: Hashable, Sendable {
    /// Valid by the tool's output schema.
    case succeeded(JSONValue, PayloadRef.Class = .plain)
    case failed(FailureClass)
    case retry
}

extension Decider {
    fileprivate func name(in directory: Directory) -> String {
        switch self {
        case .account(let name): directory.approver(account: name)?.name ?? name
        case .signed(let key, _, _):
            directory.approver(key: key)?.name ?? key.description
        case .client(let person): person
        }
    }
}

extension ApprovalDecision {
    fileprivate func said(_ drafts: inout Drafts) throws(Rejection) -> Said {
        func text(_ reason: String?) throws(Rejection) -> PayloadRef? {
            guard let reason else { return nil }
            return try drafts.callerText(.reason, reason)
        }
        switch self {
        case .approve(let reason): return .approve(reason: try text(reason))
        case .withdraw(let reason): return .withdraw(reason: try text(reason))
        case .deny(let reason):
            return .deny(reason: try drafts.callerText(.reason, reason))
        }
    }
}

extension Doors {
    package func decide(
        _ approval: ApprovalID, _ decision: ApprovalDecision, by decider: Decider,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(DoorError) -> CallView {
        let place = try faulting { () throws(JournalFault) in try journal.place(of: approval) }
        guard let place else { throw .rejected(.unknownApproval(approval.text)) }
        var facts = Facts()
        facts.directory = rulebook?.policy.directory ?? Directory()
        let actor = Actor(.person, decider.name(in: facts.directory))
        let view = try change(place, in: journal, moment, by: actor, facts) {
            (drafts: inout Drafts) throws(Rejection) in
            .decide(place.call, approval, try decision.said(&drafts), decider.identity)
        }
        return try faulting { () throws(JournalFault) in
            if view.call.grant != nil { try applyBatch(view.call, in: journal, moment) }
            return view
        }
    }

    package func resolve(
        _ call: CallID, _ settlement: Settlement, reason: String, by person: String,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(DoorError) -> CallView {
        let place = try known(call, in: journal)
        let facts = try faulting { () throws(JournalFault) in
            try factsForSettling(place, in: journal, moment)
        }
        return try change(place, in: journal, moment, by: Actor(.person, person), facts) {
            (drafts: inout Drafts) throws(Rejection) in
            let why = try drafts.callerText(.reason, reason)
            let resolution: Resolution
            switch settlement {
            case .succeeded(let value, let kind):
                let (payload, withheld) = drafts.result(value, kind, malformed: false)
                guard withheld == nil else {
                    throw .argumentsTooLarge(limitBytes: Limits.payloadBytes)
                }
                resolution = .succeeded(result: payload)
            case .failed(let kind): resolution = .failed(kind)
            case .retry: resolution = .retry
            }
            return .resolve(call, resolution, by: person, reason: why)
        }
    }

    // Whether another call has done the same since, and which senders are known to be gone.
    private func factsForSettling(
        _ place: CallPlace, in journal: any JournalTransaction, _ moment: Moment
    ) throws(JournalFault) -> Facts {
        var facts = Facts()
        guard let call = try journal.run(place.run)?[place.call] else { return facts }
        for sender in call.senders where try journal.lease(of: sender.owner) == nil {
            facts.silent.append(sender.attempt)
        }
        guard let key = call.key, let entry = try journal.key(Index.idempotency(key.tag)) else {
            return facts
        }
        let holder = try CallPlace(reading: entry)
        if holder.call != call.id, let other = try journal.run(holder.run)?[holder.call],
            other.holdsKey(at: moment.now)
        {
            facts.holder = KeyHolder(
                call: other.id, fingerprint: key.fingerprint, differing: [])
        }
        return facts
    }

    /// Asks a call to stop. With a caller, only that caller's own calls are found.
    package func cancel(
        _ call: CallID, reason: String?, for caller: Caller?, by actor: Actor,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(DoorError) -> CallView {
        let place = try known(call, in: journal)
        if let caller {
            do {
                _ = try ownRun(place.run, of: caller, in: journal)
            } catch {
                switch error {
                case .rejected: throw .rejected(.unknownCall(call.text))
                case .fault: throw error
                }
            }
        }
        return try change(place, in: journal, moment, by: actor) {
            (drafts: inout Drafts) throws(Rejection) in
            var reference: PayloadRef?
            if let reason { reference = try drafts.callerText(.reason, reason) }
            return .cancel(call, reason: reference)
        }
    }

    private func known(
        _ call: CallID, in journal: any JournalTransaction
    ) throws(DoorError) -> CallPlace {
        let place = try faulting { () throws(JournalFault) in try journal.place(of: call) }
        guard let place else { throw .rejected(.unknownCall(call.text)) }
        return place
    }

    private func change(
        _ place: CallPlace, in journal: any JournalTransaction, _ moment: Moment,
        by actor: Actor, _ facts: Facts = Facts(),
        _ command: (inout Drafts) throws(Rejection) -> Command
    ) throws(DoorError) -> CallView {
        var drafts = Drafts(moment.entropy)
        let run = try faulting { () throws(JournalFault) in try journal.run(place.run) }
        guard let run, run[place.call] != nil else {
            throw .rejected(.unknownCall(place.call.text))
        }
        var editor = RunEditor(run)
        try rejecting { () throws(Rejection) in
            try editor.perform(try command(&drafts), facts, by: actor, at: moment.now)
        }
        guard let call = editor.run[place.call] else {
            preconditionFailure("A changed call is in its run.")
        }
        return try faulting { () throws(JournalFault) in
            try editor.save(drafts, in: journal, at: moment.now)
            return try journal.view(of: call, in: editor.run)
        }
    }
}
