// How the client of one call can be answered beside a plain result, and what it was asked while the
// call waited. What is asked, and what an answer does, is in Confirmations.swift.

import Engine
import JSON
package import MCP
import Synchronization

/// Decided by what the request declared.
package enum ClientWay: Sendable {
    /// A result, whatever it says.
    case plain
    /// It repeats its request with what it was asked for; it may take a handle.
    case repeating(ClientAbilities)
    /// It is asked while its request waits. Answers whether the question went out.
    case asked(@Sendable (QuestionForm) -> Bool)
}

extension ClientWay {
    /// Whether its user is asked about a held call while the request waits.
    func asks(about call: Call) -> Bool {
        if case .asked = self { call.mayBeConfirmedByClient } else { false }
    }

    /// Whether a held call can be answered with more than that it is held.
    func takesMore(than call: Call) -> Bool {
        guard case .repeating(let abilities) = self, case .held = call.phase else { return false }
        return abilities.hasTasks || (abilities.showsForms && call.mayBeConfirmedByClient)
    }
}

/// What has come of asking the client's user, where the call still waits for a yes.
enum AskingEnd: Hashable, Sendable {
    case dismissed
    case unusable(reason: String)
    case unanswered

    /// For a model, after how the call stands.
    var words: String {
        switch self {
        case .dismissed:
            "The user was asked through the client and turned away without deciding; nothing was "
                + "denied. Do not ask again unless the user wants it; the same call asks again."
        case .unusable(let reason):
            "The user could not be asked through the client (\(reason.visibleLiteral)); nothing "
                + "was decided."
        case .unanswered:
            "The user was asked through the client and did not answer in time; nothing was denied."
        }
    }
}

/// A question that was put to the client's user while the call waits.
final class OpenQuestion: Sendable {
    let call: CallID
    let approval: ApprovalID
    /// How long the client is kept waiting for the outcome of a yes.
    let patienceMs: Int64
    private let end = Mutex<AskingEnd>(.unanswered)

    init(_ call: CallID, _ approval: ApprovalID, patienceMs: Int64) {
        self.call = call
        self.approval = approval
        self.patienceMs = patienceMs
    }

    var asking: AskingEnd { end.withLock { $0 } }
    func ended(_ how: AskingEnd) { end.withLock { $0 = how } }
}

extension ToolHost {
    /// Puts a held call to its client's user, where that can be and input has not ended.
    /// - Parameter untilMs: when patience ends where nobody is asked.
    func ask(
        about view: CallView, _ manifest: Manifest, in open: OpenJournal, _ control: CallControl,
        elseUntil untilMs: Int64
    ) throws(JournalFault) {
        guard case .asked(let send) = control.way else { return }
        let found = isEnding
            ? nil
            : try open.journal.read { reading throws(JournalFault) in
                try question(about: view, reading)
            }
        guard let found else { return control.wait(until: untilMs) }
        let asked = OpenQuestion(
            view.call.id, found.approval,
            patienceMs: manifest.waitMs ?? HostLimits.defaultWaitMs)
        // Before it goes out: the answer may come at once.
        // People take longer than calls, unless the manifest knows how long its client waits.
        control.ask(
            asked, until: clock.steadyMs() + (manifest.waitMs ?? HostLimits.questionMs))
        if !send(found.form) { control.withdrawQuestion(waitingUntil: untilMs) }
    }

    /// Takes what the client's user said while their call waited.
    func answered(_ control: CallControl, _ answer: QuestionAnswer) -> JournalFault? {
        guard let question = control.question, let open = opener.current else { return nil }
        guard let word = ConfirmationWord(answer) else {
            question.ended(.unusable(reason: answer.problem))
            control.wait(until: clock.steadyMs())
            return nil
        }
        do throws(DoorError) {
            let end = try confirm(
                question.call, question.approval, word, by: .connection, in: open)
            switch end {
            case .decided: control.wait(until: clock.steadyMs() + question.patienceMs)
            case .dismissed:
                question.ended(.dismissed)
                control.wait(until: clock.steadyMs())
            // Somebody else has decided: whoever waits for the outcome sees it.
            case .notAsked: control.wait(until: clock.steadyMs() + question.patienceMs)
            }
            return nil
        } catch {
            switch error {
            // Its time has passed: whoever waits for the outcome sees that.
            case .rejected:
                control.wait(until: clock.steadyMs() + question.patienceMs)
                return nil
            case .fault(let fault):
                question.ended(.unusable(reason: fault.message))
                control.wait(until: clock.steadyMs())
                return fault
            }
        }
    }
}

extension QuestionAnswer {
    /// Why it answers nothing.
    fileprivate var problem: String {
        switch self {
        case .unusable(let reason): reason
        case .accepted: "its answer has no true or false as \(ConfirmationWord.field)"
        case .declined, .dismissed: preconditionFailure("These are answers.")
        }
    }
}
