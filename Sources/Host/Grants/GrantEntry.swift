// A grant with all that people are shown of it: what it covers, who gave it, what is left of it and
// when it ends. How it is written is beside.

import Engine
import JSON

package struct GrantEntry: Sendable {
    /// How a grant stands.
    enum State: String, Sendable {
        /// Nobody has given it yet.
        case pending
        case standing
        case denied, expired, withdrawn, revoked
        /// Its time is over.
        case over
        /// Nothing is left of it.
        case usedUp = "used_up"
    }

    let call: CallID
    let approval: ApprovalEntry
    /// Nil where they have been erased.
    let terms: GrantTerms?
    let given: GrantState?
    /// Nil for a batch: it is spent the moment it is given.
    let left: GrantLeft?
    /// Why it was taken back.
    let revocation: String?

    var state: State {
        guard let given else {
            switch approval.state {
            case .denied: return .denied
            case .expired: return .expired
            case .withdrawn: return .withdrawn
            case .pending, .approved, .spent: return .pending
            }
        }
        if given.revoked != nil { return .revoked }
        guard case .templated? = terms else { return .usedUp }
        if approval.now >= given.until { return .over }
        if left?.count == 0 || left?.sum == .zero { return .usedUp }
        return .standing
    }

    /// Whether it covers calls, or may come to.
    package var isOpen: Bool {
        switch state {
        case .pending, .standing: true
        case .denied, .expired, .withdrawn, .revoked, .over, .usedUp: false
        }
    }
}

extension EntryReader {
    func grant(at place: CallPlace) throws(JournalFault) -> GrantEntry? {
        guard let run = try reading.run(place.run), let call = run[place.call],
            case .grant = call.origin, let approval = try approval(at: place)
        else { return nil }
        let terms = try reading.terms(of: call)
        var left: GrantLeft?
        if case .templated(let template)? = terms, call.grant != nil {
            left = try reading.left(of: call.id, template)
        }
        return GrantEntry(
            call: call.id, approval: approval, terms: terms, given: call.grant, left: left,
            revocation: try reading.text(call.grant?.revoked?.reason))
    }
}

extension JournalViewer {
    /// Oldest first; those that stand or wait for a yes, or all.
    package func grants(all: Bool) throws(Ending) -> [GrantEntry] {
        try read(else: []) { reading, reader throws(JournalFault) in
            var entries: [GrantEntry] = []
            var after: ApprovalID?
            while true {
                let page = try reading.approvalPlaces(after: after, limit: HostLimits.listPage)
                for (id, place) in page {
                    guard let entry = try reader.grant(at: place),
                        entry.approval.approval.id == id, all || entry.isOpen
                    else { continue }
                    entries.append(entry)
                }
                after = page.last?.approval
                if page.count < HostLimits.listPage { return entries }
            }
        }
    }

    func grant(_ id: CallID) throws(Ending) -> GrantEntry? {
        try read(else: nil) { reading, reader throws(JournalFault) in
            guard let place = try reading.place(of: id) else { return nil }
            return try reader.grant(at: place)
        }
    }
}
