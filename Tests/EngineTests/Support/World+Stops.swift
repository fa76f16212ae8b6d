// The doors that stop and undo, each one line in a test.

import JSON
import Testing

@testable import Engine

extension World {
    @discardableResult
    func abort(
        _ run: RunID, isForced: Bool = false, cause: AbortCause = .requested,
        for caller: Caller? = nil, reason: String = "no longer wanted",
        by owner: OwnerID = Sample.owner(1),
        environments: [String] = [Sample.environment]
    ) throws -> Aborted {
        let moment = moment(owner)
        let order = AbortOrder(cause: cause, by: "ana", reason: reason, isForced: isForced)
        return try door { [doors] (journal) throws(DoorError) in
            try doors.abort(
                run, order, for: caller, by: Actor(.person, "ana"), environments: environments,
                in: journal, moment)
        }
    }

    /// Submits the undo, as a host does that has worked out its arguments.
    @discardableResult
    func submit(
        undo: Undo, as tool: Tool, _ arguments: JSONObject = ["id": 7],
        by owner: OwnerID = Sample.owner(1)
    ) throws -> Recorded {
        let moment = moment(owner)
        let request = UndoRequest(
            undo: undo, tool: tool, arguments: arguments, argumentsClass: .plain,
            environment: Sample.environment)
        return try door { [doors] (journal) throws(DoorError) in
            try doors.undo(request, in: journal, moment)
        }
    }

    @discardableResult
    func giveUp(_ undo: Undo, reason: String = "its result was erased") throws -> Recorded {
        let moment = moment()
        return try door { [doors] (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                try doors.undoImpossible(undo, reason: reason, in: journal, moment)
            }
        }
    }

    @discardableResult
    func quarantine(_ run: RunID, reason: String = "odd") throws -> Run {
        let moment = moment()
        return try door { [doors] (journal) throws(DoorError) in
            try doors.quarantine(run, reason: reason, by: "ops", in: journal, moment)
        }
    }

    @discardableResult
    func release(_ run: RunID, reason: String = "looked at") throws -> Run {
        let moment = moment()
        return try door { [doors] (journal) throws(DoorError) in
            try doors.release(run, reason: reason, by: "ops", in: journal, moment)
        }
    }

    @discardableResult
    func halt(_ scope: HaltScope, reason: String = "flood") throws -> [StandingHalt] {
        let moment = moment()
        return try door { [doors] (journal) throws(DoorError) in
            try doors.halt(scope, reason: reason, by: "ops", in: journal, moment)
        }
    }

    @discardableResult
    func resume(_ scope: HaltScope, reason: String = "over") throws -> [StandingHalt] {
        let moment = moment()
        return try door { [doors] (journal) throws(DoorError) in
            try doors.resume(scope, reason: reason, by: "ops", in: journal, moment)
        }
    }

    func health(_ tool: ToolName) throws -> ToolHealth {
        try journal.read { (reading) throws(JournalFault) in try reading.health(of: tool) }
    }

    var halts: [StandingHalt] {
        get throws {
            try journal.read { (reading) throws(JournalFault) in try reading.standingHalts }
        }
    }

    func agendaLine(run: RunID) throws -> AgendaItem? {
        try journal.read { (reading) throws(JournalFault) in
            try reading.agenda(limit: .max).first { $0.subject == .run(run) }
        }
    }
}
