// Which notices to approvers are due: a key of the journal for each, written in the transaction of
// what it tells of. Who is told, and in which words, is the host's business.

/// What a notice tells of.
package enum NoticeKind: String, Sendable, CaseIterable {
    case requested, reminded, escalated
    /// However it ended: granted, denied, run out, or taken back.
    case decided
}

/// A notice that nobody has taken up yet.
package struct DueNotice: Hashable, Sendable {
    package let approval: ApprovalID
    package let kind: NoticeKind
    /// Counted from one, among those of its kind.
    package let number: Int
    /// The call that waits for the approval, or waited.
    package let place: CallPlace

    var key: KeyName { KeyName("\(Index.notices)\(approval):\(kind.rawValue):\(number)") }

    package init(approval: ApprovalID, kind: NoticeKind, number: Int, place: CallPlace) {
        self.approval = approval
        self.kind = kind
        self.number = number
        self.place = place
    }

    /// - Throws: `corrupt` where the key is none of ours.
    init(name: KeyName, value: [UInt8]) throws(JournalFault) {
        let parts = name.text.dropFirst(Index.notices.count).split(separator: ":")
        guard parts.count == 3, let approval = ApprovalID(String(parts[0])),
            let kind = NoticeKind(rawValue: String(parts[1])), let number = Int(parts[2])
        else { throw JournalFault(.corrupt, "A notice of the journal cannot be read.") }
        self.init(
            approval: approval, kind: kind, number: number,
            place: try CallPlace(reading: value))
    }
}

extension Index {
    static let notices = "notice:"
}

extension JournalReading {
    /// The notices that are due, in the order of their keys: what happened to one approval is not
    /// in the order of time.
    package func dueNotices(limit: Int) throws(JournalFault) -> [DueNotice] {
        var notices: [DueNotice] = []
        for (name, value) in try keys(prefix: Index.notices, after: nil, limit: limit) {
            do throws(JournalFault) {
                notices.append(try DueNotice(name: name, value: value))
            } catch where error.code.concernsOneRun {
                // Written by a newer release, or by somebody else: it is not ours to tell, and
                // keeps nobody from being told of the others.
            }
        }
        return notices
    }
}

extension Doors {
    /// Takes a notice off the list, once all whom it is for have a call of their own for it.
    package func forget(
        _ notice: DueNotice, in journal: any JournalTransaction
    ) throws(JournalFault) {
        try journal.setKey(notice.key, to: nil)
    }
}

extension Call {
    /// What there is to tell of the call's approval since the call was `former`.
    func news(since former: Call?) -> [(kind: NoticeKind, number: Int)] {
        guard let approval else { return [] }
        let known = former?.approval.flatMap { $0.id == approval.id ? $0 : nil }
        var news: [(kind: NoticeKind, number: Int)] = known == nil ? [(.requested, 1)] : []
        if approval.reminders > known?.reminders ?? 0 {
            news.append((.reminded, approval.reminders))
        }
        if approval.escalations > known?.escalations ?? 0 {
            news.append((.escalated, approval.escalations))
        }
        // A call that ends before it was approved takes its request with it.
        guard approval.state != known?.state else { return news }
        switch (known?.state, approval.state) {
        case (_, .pending), (.approved, .spent): break
        case (.approved, _): news.append((.decided, 2))
        case (_, .approved), (_, .denied), (_, .expired), (_, .withdrawn), (_, .spent):
            news.append((.decided, 1))
        }
        return news
    }
}

extension Approval {
    /// To others, and by giving more time.
    fileprivate var escalations: Int { (isEscalated ? 1 : 0) + (isPassedOn ? 1 : 0) }
}

extension Caller {
    /// The host itself, telling approvers: the same on every host, so that one notice does not
    /// become two because two hosts found it. No config has such a profile, and no policy judges
    /// it: the config that names a target allows it.
    package static func notices(from account: String) -> Caller {
        Caller(profile: noticesProfile, person: "(holdfast)", account: account)
    }

    private static let noticesProfile = "(notices)"

    var isNotices: Bool { profile == Caller.noticesProfile }
}

extension JournalTransaction {
    /// Notes what people are to be told of, where this process is one that tells them.
    func saveNotices(
        of call: Call, since former: Call?, in run: RunID
    ) throws(JournalFault) {
        guard memory.writesNotices, let approval = call.approval else { return }
        for (kind, number) in call.news(since: former) {
            let notice = DueNotice(
                approval: approval.id, kind: kind, number: number,
                place: CallPlace(run: run, call: call.id))
            try setKey(notice.key, to: notice.place.bytes)
        }
    }
}
