// The tables state × command: what the rules answer to everything, in every state.

import Foundation
import Testing

@testable import Engine

struct StateTableTests {
    @Test func everyCommandInEveryCallStateAnswersAsTheTableSays() throws {
        try Golden.compare(CallRow.table.text, with: "call-states.md")
    }

    @Test func everyCommandInEveryRunStateAnswersAsTheTableSays() throws {
        try Golden.compare(RunRow.table.text, with: "run-states.md")
    }

    @Test func everyCommandAndEveryStateStandsInATable() {
        let commands = Set((CallRow.all.map(\.command) + RunRow.all.map(\.command)).map(\.word))
        #expect(
            commands == [
                "accept", "claim", "report", "investigate", "expire", "approve", "deny", "cancel",
                "resolve", "complete", "delivered", "learn", "abort", "expireRun", "quarantine",
                "release", "halt", "resume", "giveUpUndo",
            ])
        let statuses = Set(CallShape.allCases.compactMap { $0.run(isRead: false)?.subject.status })
        #expect(statuses == Set(CallStatus.allCases))
        #expect(Set(RunShape.allCases.map(\.run.state)) == Set(RunState.allCases))
    }

    /// Deciding about a call that is not in the run is refused by every command that names one.
    @Test(arguments: CallRow.all.indices)
    func aCommandAboutAnUnknownCallIsRefused(_ row: Int) {
        let run = Shapes.run(isSingle: false)
        let command = CallRow.all[row].command
        if case .abort = command { return }
        #expect(throws: Rejection.unknownCall(Shapes.call.text)) {
            try run.decide(command, Facts(), now: Shapes.now)
        }
    }

    @Test(arguments: ["call-states.md", "run-states.md"])
    func theArchitecturePageHoldsTheTableWordForWord(_ name: String) throws {
        let page = Golden.projectRoot.appending(path: "ARCHITECTURE.md")
        let text = String(decoding: try Data(contentsOf: page), as: UTF8.self)
        #expect(text.contains(try Golden.text(name)), "Paste Golden/\(name) into ARCHITECTURE.md.")
    }
}
