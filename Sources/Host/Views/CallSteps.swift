// What is to be done about a call, in the words of the command line: for people alone where they
// must, for whoever runs hosts where one goes on by itself.

import Engine

extension CallEntry {
    /// Whether nothing happens until a person has acted.
    var asksPerson: Bool {
        if case .held = call.phase { return true }
        return call.needsPerson
    }

    /// Why a person is asked, in a word or two.
    var reason: String {
        switch call.phase {
        case .held: "waits for a yes"
        case .unknown, .needsAttention(.recoveryExhausted): "may have happened"
        case .needsAttention(.lateSuccess): "came late and stands"
        case .needsAttention(.readBack): "reads back differently"
        case .needsAttention(.undoFailed): "could not undo"
        case .needsAttention(.undoImpossible): "cannot be undone"
        case .failed: "is not permitted"
        case .ready, .running, .waiting, .verifying, .confirming, .succeeded, .denied, .cancelled,
            .shadow, .compensating, .compensated:
            "is \(call.word)"
        }
    }

    /// What is to be done; nil where nothing is.
    var nextStep: String? {
        switch call.phase {
        case .held:
            return approval.map { approval in
                "holdfast approve \(approval.approval.id)   or   "
                    + "holdfast deny \(approval.approval.id) --reason …"
            }
        case .unknown where call.isLeft, .needsAttention where call.isLeft: return nil
        case .ready, .waiting, .confirming, .unknown(recoverAt: _?):
            // What holds it back says itself what ends that.
            return hold == nil
                ? "a live host of its profile does it within a second of its time; else: "
                    + "holdfast worker --once" : nil
        case .failed(.permission, _) where call.needsPerson:
            return (mayRetry ? "see to the permission, then: " : "")
                + resolve(["--retry", "--failed permission"])
        case .unknown(recoverAt: nil), .needsAttention(.recoveryExhausted):
            return "look in the system itself, then: "
                + resolve(["--succeeded JSON", "--failed CLASS", "--retry"])
        case .needsAttention(.readBack):
            return "compare result and found (holdfast show \(call.id)), then: "
                + resolve(["--succeeded JSON", "--failed CLASS", "--retry"])
        case .needsAttention(.undoFailed):
            return "see why, then try the undo again or say that it cannot be: "
                + resolve(["--retry", "--succeeded JSON", "--failed CLASS"])
        case .needsAttention(.undoImpossible):
            return "mend what is in the way and try the undo again, or undo it by hand: "
                + resolve(["--retry", "--failed CLASS"])
        case .needsAttention(.lateSuccess):
            return "it happened: keep it or undo it by hand, then: "
                + resolve(["--succeeded JSON", "--failed CLASS"])
        case .running, .verifying, .succeeded, .failed, .denied, .cancelled, .shadow,
            .compensating, .compensated:
            return nil
        }
    }

    private func resolve(_ choices: [String]) -> String {
        let allowed = choices.filter { mayRetry || $0 != "--retry" }.joined(separator: " | ")
        return "holdfast resolve \(call.id) \(allowed)  --reason …"
    }
}
