// Taking up notices that are due: each becomes a call for every target that wants it, under a key
// made of what it tells, so that it is one call whatever host comes first. The rest of its way is
// that of any call.

import Engine
import JSON

/// What came of one look at the notices that are due.
struct TakenNotices: Sendable {
    /// To be done now by whoever looked.
    var work: [Work] = []
    /// What an operator should know.
    var complaints: [JournalFault] = []
}

extension ToolHost {
    /// Submits the calls of notices that are due. One that cannot be taken up now is left where it
    /// is, and alone for a while.
    func takeUpNotices(in open: OpenJournal) throws(JournalFault) -> TakenNotices {
        var taken = TakenNotices()
        guard !configuration.notify.isEmpty else { return taken }
        let due = try open.journal.read { reading throws(JournalFault) in
            try reading.dueNotices(limit: HostLimits.noticesAtOnce + noticePauses.count)
        }
        noticePauses.keep(due)
        let nowMs = clock.steadyMs()
        let ready = due.filter { noticePauses.isOver($0, at: nowMs) }
        for notice in ready.prefix(HostLimits.noticesAtOnce) {
            if try submitAlone(notice, in: open, &taken) {
                let doors = open.doors
                try open.writer.perform(.committed) { transaction throws(JournalFault) in
                    try doors.forget(notice, in: transaction)
                    return .keep
                }
                noticePauses.end(of: notice)
            } else {
                noticePauses.begin(of: notice, until: nowMs + HostLimits.noticePauseMs)
            }
        }
        return taken
    }

    // One that cannot be read must not keep people from being told of the others.
    private func submitAlone(
        _ notice: DueNotice, in open: OpenJournal, _ taken: inout TakenNotices
    ) throws(JournalFault) -> Bool {
        do throws(JournalFault) {
            return try submit(notice, in: open, &taken)
        } catch where error.code.concernsOneRun {
            taken.complaints.append(error)
            return false
        }
    }

    /// - Returns: whether every target that wants it has a call for it.
    private func submit(
        _ notice: DueNotice, in open: OpenJournal, _ taken: inout TakenNotices
    ) throws(JournalFault) -> Bool {
        let catalog = self.catalog
        guard let document = try document(of: notice, catalog, in: open) else { return true }
        var isWhole = true
        for target in configuration.notify where target.kinds.contains(notice.kind) {
            // A target whose tool could not be made is told of as a broken manifest.
            guard let tool = catalog.tool(named: target.tool) else { continue }
            do throws(DoorError) {
                let submission = try submit(
                    request(notice, document, tool, catalog, open), of: catalog, in: open,
                    by: open.doors.under(nil))
                if let work = submission.work { taken.work.append(work) }
            } catch {
                switch error {
                case .fault(let fault): throw fault
                case .rejected(let rejection):
                    switch rejection.next {
                    case .wait, .askHuman: isWhole = false
                    case .useResult, .fixArguments, .doNotRetry:
                        // Another host had it before, and told how it stood then.
                        if case .idempotencyConflict = rejection { continue }
                        taken.complaints.append(
                            JournalFault(
                                .io,
                                "\(target.tool) could not be told of \(notice.approval): "
                                    + rejection.message))
                    }
                }
            }
        }
        return isWhole
    }

    /// Nil where the request is not there any more: it was asked anew under another id.
    private func document(
        of notice: DueNotice, _ catalog: Catalog, in open: OpenJournal
    ) throws(JournalFault) -> JSONObject? {
        let now = clock.now()
        return try open.journal.read { reading throws(JournalFault) in
            let reader = EntryReader(
                reading, ManifestShelf(catalog), configuration.directory, now: now)
            guard let entry = try reader.approval(at: notice.place),
                entry.approval.id == notice.approval
            else { return nil }
            return NoticeDocument.of(notice, entry)
        }
    }

    private func request(
        _ notice: DueNotice, _ document: JSONObject, _ tool: CatalogTool, _ catalog: Catalog,
        _ open: OpenJournal
    ) -> SubmitRequest {
        SubmitRequest(
            tool: tool.manifest.tool, arguments: document, argumentsClass: .plain, run: nil,
            givenKey: "\(notice.approval) \(notice.kind.rawValue) \(notice.number)",
            caller: .notices(from: caller.account), environment: open.noticeEnvironment,
            traceparent: nil, pins: catalog.pins(of: tool))
    }
}
