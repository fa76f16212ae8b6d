// Reading resources for one caller: what is another's is not there. Each is the document that the
// command line prints of it (DESIGN section 9), unless that would be too large to send.

import Engine
import JSON
import MCP

/// One look at the journal, inside one read.
struct ResourceReader {
    private let reading: any JournalReading
    private let entries: EntryReader
    private let caller: Caller
    /// A call's document as a model may read it.
    typealias Telling = (Call, JSONObject) throws(JournalFault) -> JSONObject
    private let telling: Telling

    init(
        _ reading: any JournalReading, _ catalog: Catalog, _ directory: Directory,
        for caller: Caller, now: Instant, telling: @escaping Telling
    ) {
        self.reading = reading
        self.caller = caller
        self.telling = telling
        entries = EntryReader(reading, ManifestShelf(catalog), directory, now: now)
    }

    /// The run, where it is the caller's.
    func ownRun(_ id: RunID) throws(JournalFault) -> Run? {
        guard let run = try reading.run(id), run.caller.owns(caller) else { return nil }
        return run
    }

    /// A resource's run and, of a call or an approval, where in it that is.
    struct Standing {
        let run: Run
        let place: CallPlace?
    }

    /// Where a resource stands, where it is the caller's.
    func standing(of resource: HostResource) throws(JournalFault) -> Standing? {
        switch resource {
        case .run(let id): return try ownRun(id).map { Standing(run: $0, place: nil) }
        case .call(let id): return try standing(at: reading.place(of: id))
        case .approval(let id): return try standing(at: reading.place(of: id))
        }
    }

    private func standing(at place: CallPlace?) throws(JournalFault) -> Standing? {
        guard let place, let run = try ownRun(place.run), run[place.call] != nil else {
            return nil
        }
        return Standing(run: run, place: place)
    }

    /// What the resource says now; nil where there is none for this caller.
    func text(of resource: HostResource) throws(JournalFault) -> String? {
        guard let standing = try standing(of: resource) else { return nil }
        let run = standing.run
        switch (resource, standing.place) {
        case (.run, _): return try text(of: run)
        case (.call, let place?):
            let calls = try entries.entry(of: run, only: place.call).calls
            guard let call = calls.first else { return nil }
            var document: JSONObject = ["run_id": .string(run.id.text)]
            for member in try told(call) { document[member.name] = member.value }
            return JSONValue.object(document).compactText
        case (.approval, let place?):
            return try entries.approval(at: place)?.document.compactText
        case (.call, nil), (.approval, nil):
            preconditionFailure("A call and an approval have a place in their run.")
        }
    }

    private func told(_ entry: CallEntry) throws(JournalFault) -> JSONObject {
        try telling(entry.call, entry.document.objectValue ?? [:])
    }

    func text(of run: Run) throws(JournalFault) -> String {
        if run.version <= HostLimits.shownRecords,
            run.payloadBytes <= HostLimits.resourceBytes
        {
            let entry = try entries.entry(of: run)
            var calls: [JSONValue] = []
            for call in entry.calls { calls.append(.object(try told(call))) }
            var document = entry.document.objectValue ?? [:]
            document["calls"] = .array(calls)
            let text = JSONValue.object(document).compactText
            if text.utf8.count <= HostLimits.resourceBytes { return text }
        }
        return try brief(run).compactText
    }

    /// Every call by name and state, without what makes it long.
    private func brief(_ run: Run) throws(JournalFault) -> JSONValue {
        let entry = RunEntry(
            run: run, purpose: try reading.text(run.purpose),
            summary: try reading.text(run.summary), calls: [])
        var document = entry.document.objectValue ?? [:]
        document["calls"] = .array(
            run.calls.map { call in
                [
                    "call_id": .string(call.id.text), "tool": .string(call.tool.text),
                    "state": .string(call.word), "status": .string(call.status.rawValue),
                    "attempts": .integer(call.attempts),
                ]
            })
        document["left_out"] = [
            "what": "arguments, results and events: the run is too large to show at once",
            "where": .string("each call's are in \(ResourceFamily.calls.template.uriTemplate)"),
        ]
        return .object(document)
    }
}

extension Run {
    /// What its calls' arguments and results take, as they are kept.
    fileprivate var payloadBytes: Int {
        calls.reduce(0) { sum, call in
            var bytes = call.arguments.byteCount
            bytes += call.achieved?.result.byteCount ?? 0
            return sum + bytes
        }
    }
}
