// How often people have said no lately: whoever is told no does not ask on and on until somebody
// says yes. It spans runs, so it is a key of the journal; arithmetic only.

import JSON

struct Denials: Hashable {
    /// When the window began.
    private(set) var since: Instant?
    private(set) var count = 0

    init() {}

    /// Until when nothing more is asked; nil where something may be.
    func askAgainAt(_ now: Instant) -> Instant? {
        guard let since, count >= Limits.denialsPerWindow else { return nil }
        let until = since + Limits.denialWindowMs
        // A clock that was set back must not keep people unasked for all that time.
        return now >= since && now < until ? until : nil
    }

    func denied(at now: Instant) -> Denials {
        var next = self
        if let since, now >= since, now < since + Limits.denialWindowMs {
            next.count += 1
        } else {
            next.since = now
            next.count = 1
        }
        return next
    }

    var bytes: [UInt8] {
        var json: JSONObject = ["count": .integer(count)]
        json.set("since", since)
        return JSONValue.object(json).compactBytes()
    }

    init(reading bytes: [UInt8]) throws(JournalFault) {
        do {
            let reader = try ObjectReader(try JSONParser.parse(bytes))
            count = try reader.int("count")
            since = try reader.optionalInstant("since")
        } catch {
            throw JournalFault(.corrupt, "How often people said no cannot be read.")
        }
    }
}

extension JournalLookup {
    func denials(
        of tool: ToolName, for caller: Caller
    ) throws(JournalFault) -> Denials {
        guard let bytes = try key(Index.denials(tool, caller)) else { return Denials() }
        // It is advice: what cannot be read advises nothing, and the next no writes it anew.
        do { return try Denials(reading: bytes) } catch { return Denials() }
    }
}

extension Call {
    /// Whether people said no to it, or nothing until it was too late.
    fileprivate var isTurnedDown: Bool {
        guard let approval else { return false }
        switch approval.state {
        case .denied: return true
        case .expired: return approval.executeBy == nil
        case .pending, .approved, .withdrawn, .spent: return false
        }
    }
}

extension RunEditor {
    /// Whoever is told no again and again does not go on asking.
    func saveDenial(
        of call: Call, _ former: Call?, in journal: any JournalTransaction, at now: Instant
    ) throws(JournalFault) {
        guard call.isTurnedDown, former?.isTurnedDown != true, case .agent = call.origin else {
            return
        }
        let denials = try journal.denials(of: call.tool, for: run.caller).denied(at: now)
        try journal.setKey(Index.denials(call.tool, run.caller), to: denials.bytes)
    }
}
