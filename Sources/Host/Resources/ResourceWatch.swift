// Noticing that resources have changed, whoever changed them: the journal's new records are looked
// through while somebody wants to hear of them. Who that is, and what is sent, is the session's.

import Engine
import MCP
import Synchronization

final class ResourceWatch: Sendable {
    private let host: ToolHost
    /// Up to which record everything was told; nil while nobody listens.
    private let position = Mutex<Int?>(nil)

    init(_ host: ToolHost) { self.host = host }

    /// Once this returns, every later change is noticed.
    func begin() throws(JournalFault) {
        let open = try host.opener.open()
        try position.withLock { position throws(JournalFault) in
            guard position == nil else { return }
            position = try open.journal.read { reading throws(JournalFault) in
                try reading.counter(.records)
            }
        }
    }

    /// What has changed since the last look. Costs nothing where nobody wants to hear of it.
    /// - Parameter watched: asked under the lock, so that a subscription that is just beginning is
    ///   either seen here or begins after this look.
    func changes(
        _ watched: () -> WatchedResources
    ) throws(JournalFault) -> [ServedChange] {
        try position.withLock { position throws(JournalFault) in
            let watched = watched()
            guard !watched.isEmpty else {
                position = nil
                return []
            }
            // Somebody is about to begin.
            guard let start = position, let open = host.opener.current else { return [] }
            let (found, end) = try open.journal.read { reading throws(JournalFault) in
                let end = try reading.counter(.records)
                let look = Look(reading, host, watched)
                return (try look.changes(from: start, to: end), end)
            }
            position = end
            return found
        }
    }
}

/// One look at what was recorded since the last one.
private struct Look {
    let reading: any JournalReading
    let reader: ResourceReader
    let caller: Caller
    let host: ToolHost
    let watched: WatchedResources

    init(_ reading: any JournalReading, _ host: ToolHost, _ watched: WatchedResources) {
        self.reading = reading
        self.watched = watched
        reader = host.resourceReader(reading)
        caller = host.caller
        self.host = host
    }

    func changes(from start: Int, to end: Int) throws(JournalFault) -> [ServedChange] {
        guard start != end else { return [] }
        // Too much to look through, or another journal: everything may have changed.
        guard start < end, end - start <= HostLimits.watchedRecords else {
            return try told(hasNewRun: try hasOwnRun(since: start)) { _ in true }
        }
        var runs: Set<RunID> = []
        var calls: Set<CallID> = []
        var hasNewRun = false
        for stored in try reading.log(from: start, limit: end - start) {
            let event = try reading.decoded(stored).event
            runs.insert(stored.run)
            if let call = event.call { calls.insert(call) }
            if case .runOpened(let opened) = event, opened.caller.owns(caller) { hasNewRun = true }
        }
        return try told(hasNewRun: hasNewRun) { standing in
            standing.place.map { calls.contains($0.call) } ?? runs.contains(standing.run.id)
        }
    }

    /// Whether the caller's newest run began with or after a record.
    private func hasOwnRun(since start: Int) throws(JournalFault) -> Bool {
        let newest = try reading.states(of: caller.group, before: nil, limit: 1).first?.run
        guard let newest else { return false }
        let first = try reading.records(of: newest, from: 0, limit: 1).first
        return (first?.index ?? start) >= start
    }

    /// What is another's never changes, as little as what is not there.
    private func told(
        hasNewRun: Bool, _ hasChanged: (ResourceReader.Standing) -> Bool
    ) throws(JournalFault) -> [ServedChange] {
        var changes: [ServedChange] = hasNewRun && watched.includesList ? [.resourceList] : []
        let uris = watched.uris.sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
        for uri in uris {
            guard let resource = HostResource(uri),
                let standing = try reader.standing(of: resource), hasChanged(standing)
            else { continue }
            changes.append(.resource(uri))
        }
        let tasks = watched.tasks.sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
        for id in tasks {
            guard let call = CallID(id.text),
                let standing = try reader.standing(of: .call(call)), hasChanged(standing),
                let task = try host.task(id, reading)
            else { continue }
            changes.append(.task(task))
        }
        return changes
    }
}
