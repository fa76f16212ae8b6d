// How a host answers the engine's wish to undo a call: it makes the arguments as the manifest says
// and submits the undo, or says that it cannot.

import Engine

extension World {
    func undo(_ host: Int, _ undo: Undo, _ ticket: Int) {
        guard let arguments = Ledger.undoArguments(undo),
            isHealing || !chance.percent(climate.probeTrouble / 3)
        else {
            note("host\(host) cannot undo \(undo.call)")
            take(
                faultingDoor(host) { [doors = doors(of: host)] (journal, moment)
                    throws(JournalFault) in
                    try doors.undoImpossible(undo, reason: "no such field", in: journal, moment)
                }, host, ticket)
            return
        }
        let tool = toolbox[undo.undoTool]
        let request = UndoRequest(
            undo: undo, tool: tool, arguments: arguments, argumentsClass: .plain,
            environment: hosts[host].environment)
        note("host\(host) undoes \(undo.call) by \(undo.undoTool)")
        take(
            door(host) { [doors = doors(of: host)] (journal, moment) throws(DoorError) in
                try doors.undo(request, in: journal, moment)
            }, host, ticket)
    }

    private func take(_ passage: Passage<Recorded>, _ host: Int, _ ticket: Int) {
        switch passage {
        case .done(let recorded):
            if let next = recorded.next { take(next, host, ticket) }
        // The run's line on the agenda asks for it again.
        case .rejected, .fault, .died: break
        }
    }
}
