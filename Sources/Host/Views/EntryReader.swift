// From the journal's rows to what people are shown: payloads looked up and masked, texts beside
// the events that they belong to.

import Engine
import JSON
import JSONSchema

/// One look at the journal, inside one read.
struct EntryReader {
    let reading: any JournalReading
    let shelf: ManifestShelf
    /// The people who may decide, as the config knows them.
    let directory: Directory
    let now: Instant

    init(
        _ reading: any JournalReading, _ shelf: ManifestShelf,
        _ directory: Directory = Directory(), now: Instant
    ) {
        self.reading = reading
        self.shelf = shelf
        self.directory = directory
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
            summary: try reading.text(run.summary),
            abortReason: try reading.text(run.ending?.reason), force: Force(events),
            quarantineReason: try reading.text(run.quarantine?.reason), calls: calls)
    }

    private func entry(
        of call: Call, in run: Run, _ events: [EventEntry], isAlone: Bool
    ) throws(JournalFault) -> CallEntry {
        let manifest = try shelf.manifest(call.manifest, reading)
        let own = events.filter { $0.record.event.call == call.id }
        let view = try reading.view(of: call, in: run)
        var result: JSONValue?
        if let achieved = call.achieved {
            result = try shelf.shown(achieved.result, by: manifest?.outputSchema, reading)
        }
        return CallEntry(
            call: call,
            arguments: try shelf.shown(call.arguments, by: manifest?.inputSchema, reading),
            result: result, withheld: view.withheld,
            message: view.message ?? own.last { $0.texts[.error] != nil }?.texts[.error],
            did: call.status == .succeeded ? try did(call, manifest, result) : nil,
            title: manifest?.title,
            found: try found(by: call, in: run), mayRetry: run.mayRetry(call),
            hold: try hold(on: call, in: run),
            pin: Pin(manifest: call.manifest, current: shelf.current(call.tool)), events: own,
            approval: try approval(of: call, in: run, isAlone: isAlone))
    }

    private func found(by call: Call, in run: Run) throws(JournalFault) -> JSONValue? {
        guard case .needsAttention(.readBack(let reference?)) = call.phase else { return nil }
        return try shelf.shown(reference, by: try foundSchema(of: call, in: run), reading)
    }

    /// What marks the fields of what a read-back found: it is the result of another tool, of the
    /// version that the run pins.
    fileprivate func foundSchema(
        of call: Call, in run: Run
    ) throws(JournalFault) -> CompiledSchema? {
        guard let tool = try shelf.manifest(call.manifest, reading)?.after?.call.tool else {
            return nil
        }
        let pinned = run.pins.last { $0.tool == tool }?.manifest ?? shelf.current(tool)
        return try pinned.flatMap { digest throws(JournalFault) in
            try shelf.manifest(digest, reading)?.outputSchema
        }
    }

    private func hold(on call: Call, in run: Run) throws(JournalFault) -> Hold? {
        guard call.goesOnByItself else { return nil }
        let isWrite = call.delivery.isWrite
        let profile = run.caller.profile
        let halt = try reading.standingHalts.first {
            $0.halt.stops(call.tool, isWrite: isWrite, of: profile)
        }
        if let halt { return .halt(halt) }
        if isWrite, let quarantine = run.quarantine {
            return .quarantine(quarantine, reason: try reading.text(quarantine.reason))
        }
        return try reading.health(of: call.tool).blockedUntil(at: now).map { .breaker(until: $0) }
    }

    // Made of what may be shown, so that no marked field finds its way into a sentence.
    private func did(
        _ call: Call, _ manifest: Manifest?, _ result: JSONValue?
    ) throws(JournalFault) -> String? {
        guard let template = manifest?.didTemplate, let manifest else { return nil }
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

    /// Sentences about one run that are shown beside an approval.
    private static let shownDone = 5

    func done(
        in run: Run, besides call: CallID
    ) throws(JournalFault) -> DoneSoFar {
        let done = run.calls.filter { $0.id != call && ($0.status == .succeeded || $0.undo != nil) }
        var sentences: [String] = []
        for other in done.suffix(EntryReader.shownDone) {
            let manifest = try shelf.manifest(other.manifest, reading)
            var result: JSONValue?
            if let achieved = other.achieved {
                result = try shelf.shown(achieved.result, by: manifest?.outputSchema, reading)
            }
            let sentence = try did(other, manifest, result) ?? "\(other.tool) succeeded"
            sentences.append(sentence + other.aftermath)
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
            case .arguments, .result, .found, .preview, .charge: break
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

extension Run {
    /// What is to be undone is not done again, and after the end nothing is.
    fileprivate func mayRetry(_ call: Call) -> Bool {
        guard ending != nil else { return true }
        guard isAborting else { return false }
        switch call.phase {
        case .needsAttention(.readBack), .needsAttention(.undoImpossible): return true
        case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming, .succeeded,
            .failed, .denied, .cancelled, .shadow, .compensating, .compensated, .needsAttention:
            return call.isUndo
        }
    }
}

extension Force {
    fileprivate init?(_ events: [EventEntry]) {
        for entry in events.reversed() {
            if case .abortForced(let by, _) = entry.record.event {
                self.init(by: by, at: entry.record.at, reason: entry.texts[.reason])
                return
            }
        }
        return nil
    }
}

extension Call {
    /// What has become of its success, for the end of a sentence.
    fileprivate var aftermath: String {
        switch phase {
        case .compensating: " (is being undone)"
        case .compensated: " (was undone)"
        case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming, .succeeded,
            .failed, .denied, .cancelled, .shadow, .needsAttention:
            ""
        }
    }

    /// Whether a host goes on with it once its time has come.
    fileprivate var goesOnByItself: Bool {
        switch phase {
        case .ready, .waiting, .confirming, .unknown(recoverAt: _?): !isLeft
        case .held, .running, .unknown, .verifying, .succeeded, .failed, .denied, .cancelled,
            .shadow, .compensating, .compensated, .needsAttention:
            false
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
                let schema = try schema(of: reference, record, &manifests)
                payloads.append((reference, try shelf.shown(reference, by: schema, reading)))
            }
            entries.append(RecordEntry(stored: row, record: record, payloads: payloads))
        }
        return entries
    }

    private func schema(
        of reference: PayloadRef, _ record: Record, _ known: inout [CallID: ManifestDigest]
    ) throws(JournalFault) -> CompiledSchema? {
        switch reference.name {
        // What would have been sent was masked before it was recorded.
        case .preview: return nil
        case .arguments: return try manifest(of: record.event.call, &known)?.inputSchema
        case .found:
            guard let id = record.event.call, let run = try reading.run(record.run),
                let call = run[id]
            else { return nil }
            return try foundSchema(of: call, in: run)
        case .charge: return nil
        case .result, .purpose, .summary, .error, .reason, .intentID:
            return try manifest(of: record.event.call, &known)?.outputSchema
        }
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
