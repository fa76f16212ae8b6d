// What operators have stopped: the key that every door looks at, and the journal's own run in which
// each stop is recorded.

import JSON
import Proofs

/// A halt with the words of whoever set it.
package struct StandingHalt: Hashable, Sendable {
    package let halt: Halt
    /// Nil where they were erased.
    package let reason: String?
}

extension HaltScope {
    /// What is stopped, in words.
    package var words: String {
        switch self {
        case .everything: "every tool"
        case .tool(let tool): "the tool \(tool)"
        case .profile(let profile): "the profile \(profile)"
        }
    }
}

extension Doors {
    package func halt(
        _ scope: HaltScope, reason: String, by person: String,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(DoorError) -> [StandingHalt] {
        try changeHalts(reason, person, journal, moment) { .halt(scope, by: person, reason: $0) }
    }

    package func resume(
        _ scope: HaltScope, reason: String, by person: String,
        in journal: any JournalTransaction, _ moment: Moment
    ) throws(DoorError) -> [StandingHalt] {
        try changeHalts(reason, person, journal, moment) { .resume(scope, by: person, reason: $0) }
    }

    private func changeHalts(
        _ reason: String, _ person: String, _ journal: any JournalTransaction,
        _ moment: Moment, _ command: (PayloadRef) -> Command
    ) throws(DoorError) -> [StandingHalt] {
        var drafts = Drafts(moment.entropy)
        let why = try rejecting { () throws(Rejection) in try drafts.callerText(.reason, reason) }
        let actor = Actor(.person, person)
        let known = try faulting { () throws(JournalFault) in try journal.run(.journal) }
        let opened = RunOpened(
            caller: Caller(profile: "", person: "", account: ""), isSingle: false, pins: [],
            intent: nil, purpose: nil, intentID: nil)
        var editor = known.map { RunEditor($0) }
            ?? RunEditor(opening: opened, as: .journal, by: moment.host, at: moment.now)
        try rejecting { () throws(Rejection) in
            try editor.perform(command(why), by: actor, at: moment.now)
        }
        return try faulting { () throws(JournalFault) in
            try editor.save(drafts, in: journal, at: moment.now)
            return try journal.standingHalts
        }
    }
}

extension JournalLookup {
    /// What is stopped now, oldest first.
    package var standingHalts: [StandingHalt] {
        get throws(JournalFault) {
            guard let bytes = try key(Index.halts) else { return [] }
            var halts: [Halt] = []
            do {
                let kept: JSONValue = ["halts": try JSONParser.parse(bytes)]
                for value in try ObjectReader(kept).array("halts") {
                    halts.append(try Halt(try ObjectReader(value)))
                }
            } catch {
                throw JournalFault(.corrupt, "What is halted cannot be read from the journal.")
            }
            var told: [StandingHalt] = []
            for halt in halts {
                told.append(StandingHalt(halt: halt, reason: try text(halt.reason)))
            }
            return told
        }
    }
}

extension [Halt] {
    var bytes: [UInt8]? {
        isEmpty ? nil : JSONValue.array(map { .object($0.json) }).compactBytes()
    }
}

extension Halt {
    var json: JSONObject {
        var json: JSONObject = [
            "by": .string(by), "at": .string(at.description), "reason": reason.json,
        ]
        json.set(scope)
        return json
    }

    init(_ reader: ObjectReader) throws(JSONShapeError) {
        self.init(
            scope: try reader.scope(), by: try reader.string("by"),
            reason: try reader.payload("reason"), at: try reader.instant("at"))
    }
}
