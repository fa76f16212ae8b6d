// From the journal's rows to what people are shown: payloads looked up and masked, texts beside
// the events that they belong to.

import Engine
import JSON

/// One look at the journal, inside one read.
struct EntryReader {
    private let reading: any JournalReading
    private let shelf: ManifestShelf
    private let now: Instant

    init(_ reading: any JournalReading, _ shelf: ManifestShelf, now: Instant) {
        self.reading = reading
        self.shelf = shelf
        self.now = now
    }

    func entry(of run: Run) throws(JournalFault) -> RunEntry { try entry(of: run, only: nil) }

    func entry(of run: Run, only call: CallID?) throws(JournalFault) -> RunEntry {
        let events = try events(of: run.id)
        var calls: [CallEntry] = []
        for candidate in run.calls where call == nil || candidate.id == call {
            calls.append(try entry(of: candidate, in: run, events, isAlone: call != nil))
        }
        return RunEntry(
            run: run, purpose: try reading.text(run.purpose),
            summary: try reading.text(run.summary), calls: calls)
    }

    func approval(at place: CallPlace) throws(JournalFault) -> ApprovalEntry? {
        guard let run = try reading.run(place.run), let call = run[place.call] else { return nil }
        return try approval(of: call, in: run, isAlone: true)
    }

    private func entry(
        of call: Call, in run: Run, _ events: [EventEntry], isAlone: Bool
    ) throws(JournalFault) -> CallEntry {
        let manifest = try shelf.manifest(call.manifest, reading)
        let own = events.filter { $0.record.event.call == call.id }
        let view = try reading.view(of: call, in: run)
        var result: JSONValue?
        switch call.phase {
        case .succeeded(let reference, _), .needsAttention(.lateSuccess(let reference)):
            result = try shelf.shown(reference, by: manifest?.outputSchema, reading)
        case .held, .ready, .running, .unknown, .failed, .denied, .cancelled,
            .needsAttention(.recoveryExhausted):
            break
        }
        return CallEntry(
            call: call,
            arguments: try shelf.shown(call.arguments, by: manifest?.inputSchema, reading),
            result: result, withheld: view.withheld,
            message: view.message ?? own.last { $0.texts[.error] != nil }?.texts[.error],
            did: try did(call, manifest, result), title: manifest?.title, events: own,
            approval: try approval(of: call, in: run, isAlone: isAlone))
    }

    // Made of what may be shown, so that no marked field finds its way into a sentence.
    private func did(
        _ call: Call, _ manifest: Manifest?, _ result: JSONValue?
    ) throws(JournalFault) -> String? {
        guard case .succeeded = call.phase, let manifest, let template = manifest.didTemplate
        else { return nil }
        let roots: JSONValue = [
            "arguments": try shelf.shown(call.arguments, by: manifest.inputSchema, reading) ?? [:],
            "result": result ?? [:], "call": ["id": .string(call.id.text)],
        ]
        do {
            return try template.renderText(roots)
        } catch {
            return nil  // A sentence about more than there is says nothing.
        }
    }

    private func approval(
        of call: Call, in run: Run, isAlone: Bool
    ) throws(JournalFault) -> ApprovalEntry? {
        guard let approval = call.approval else { return nil }
        let manifest = try shelf.manifest(call.manifest, reading)
        return ApprovalEntry(
            approval: approval, call: call.id, run: run.id, tool: call.tool, caller: run.caller,
            arguments: try shelf.shown(call.arguments, by: manifest?.inputSchema, reading),
            purpose: try reading.text(run.purpose),
            decisionReason: try reading.text(approval.reason),
            manifest: manifest.map(ManifestFacts.init),
            soFar: isAlone ? try done(in: run, besides: call.id) : nil,
            askedAt: call.acceptedAt, now: now)
    }

    /// Sentences about one run that are shown beside an approval.
    private static let shownDone = 5

    private func done(
        in run: Run, besides call: CallID
    ) throws(JournalFault) -> DoneSoFar {
        let done = run.calls.filter { $0.id != call && $0.status == .succeeded }
        var sentences: [String] = []
        for other in done.suffix(EntryReader.shownDone) {
            let manifest = try shelf.manifest(other.manifest, reading)
            var result: JSONValue?
            if case .succeeded(let reference, _) = other.phase {
                result = try shelf.shown(reference, by: manifest?.outputSchema, reading)
            }
            sentences.append(try did(other, manifest, result) ?? "\(other.tool) succeeded")
        }
        return DoneSoFar(sentences: sentences, earlierCount: done.count - sentences.count)
    }

    private func events(of run: RunID) throws(JournalFault) -> [EventEntry] {
        var entries: [EventEntry] = []
        for stored in try stream(of: run) {
            let record = try reading.decoded(stored)
            entries.append(EventEntry(record: record, texts: try texts(of: record)))
        }
        return entries
    }

    /// Arguments and results are shown with the call; the rest are sentences.
    private func texts(of record: Record) throws(JournalFault) -> [PayloadRef.Name: String] {
        var texts: [PayloadRef.Name: String] = [:]
        for reference in record.payloads {
            switch reference.name {
            case .arguments, .result: break
            case .purpose, .summary, .error, .reason, .intentID:
                texts[reference.name] = try reading.text(reference)
            }
        }
        return texts
    }

    private func stream(of run: RunID) throws(JournalFault) -> [StoredRecord] {
        var records: [StoredRecord] = []
        while true {
            let page = try reading.records(
                of: run, from: records.count, limit: HostLimits.listPage)
            records += page
            if page.count < HostLimits.listPage { return records }
        }
    }
}

extension EntryReader {
    func records(of run: RunID, only call: CallID?) throws(JournalFault) -> [RecordEntry] {
        let all = try records(try stream(of: run))
        guard let call else { return all }
        return all.filter { $0.record.event.call == call }
    }

    func records(_ stored: [StoredRecord]) throws(JournalFault) -> [RecordEntry] {
        var manifests: [CallID: ManifestDigest] = [:]
        var entries: [RecordEntry] = []
        for row in stored {
            let record = try reading.decoded(row)
            var payloads: [(PayloadRef, JSONValue?)] = []
            for reference in record.payloads {
                let manifest = try manifest(of: record.event.call, &manifests)
                let schema =
                    reference.name == .arguments
                    ? manifest?.inputSchema : manifest?.outputSchema
                payloads.append((reference, try shelf.shown(reference, by: schema, reading)))
            }
            entries.append(RecordEntry(stored: row, record: record, payloads: payloads))
        }
        return entries
    }

    private func manifest(
        of call: CallID?, _ known: inout [CallID: ManifestDigest]
    ) throws(JournalFault) -> Manifest? {
        guard let call else { return nil }
        if known[call] == nil { known[call] = try reading.view(of: call)?.call.manifest }
        guard let digest = known[call] else { return nil }
        return try shelf.manifest(digest, reading)
    }
}

/// One record of the journal as an auditor sees it.
package struct RecordEntry: Sendable {
    let stored: StoredRecord
    let record: Record
    /// With what may be shown of each; nil where it was erased.
    let payloads: [(PayloadRef, JSONValue?)]
}
