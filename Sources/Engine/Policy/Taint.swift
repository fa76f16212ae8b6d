// What agents have read, remembered beyond the run in which they read it: a new run, or a new
// process for each call, does not make anybody forget. It is a key of the journal, for each profile
// and person; rules see it as the taint of every run.

import JSON

extension JournalLookup {
    /// What the caller's agents have read lately, in whatever run; sorted.
    func taint(of caller: Caller, at now: Instant) throws(JournalFault) -> [Label] {
        let read = try readings(of: caller, orFeared: now)
        // What a clock that was set back has put into the future was read a moment ago.
        return read.filter { now < $0.at + Limits.taintMs }.map(\.label).sorted()
    }

    /// Where the key is damaged, everything may have been read just now: rules are the stricter for
    /// it, and no outcome goes unrecorded.
    fileprivate func readings(
        of caller: Caller, orFeared now: Instant
    ) throws(JournalFault) -> [(label: Label, at: Instant)] {
        guard let bytes = try key(Index.taint(caller)) else { return [] }
        do {
            var found: [(label: Label, at: Instant)] = []
            let reader = try ObjectReader(try JSONParser.parse(bytes))
            for member in reader.object {
                guard let label = Label(rawValue: member.name) else { continue }
                found.append((label, try reader.instant(member.name)))
            }
            return found
        } catch {
            return [(.private, now), (.untrusted, now)]
        }
    }
}

extension Doors {
    /// The request with all that its caller has read; unchanged where no rule could ask.
    func tainted(
        _ request: SubmitRequest, _ caller: Caller, in journal: any JournalTransaction,
        _ now: Instant
    ) throws(JournalFault) -> SubmitRequest {
        guard let rulebook, !rulebook.policy.rules.isEmpty else { return request }
        var request = request
        let remembered = try journal.taint(of: caller, at: now)
        request.sessionTaint = Set(request.sessionTaint + remembered).sorted()
        return request
    }
}

extension RunEditor {
    /// Remembers what a call that was just started reads.
    func saveTaint(
        of call: Call, _ former: Call?, in journal: any JournalTransaction, at now: Instant
    ) throws(JournalFault) {
        guard call.attempts > (former?.attempts ?? 0), !call.labels.reads.isEmpty else { return }
        var readings = try journal.readings(of: run.caller, orFeared: now)
        readings.removeAll { call.labels.reads.contains($0.label) }
        readings += call.labels.reads.map { ($0, now) }
        readings.sort { $0.label < $1.label }
        let json = JSONObject(
            readings.map { ($0.label.rawValue, .string($0.at.description)) })
        try journal.setKey(
            Index.taint(run.caller), to: JSONValue.object(json).compactBytes())
    }
}
