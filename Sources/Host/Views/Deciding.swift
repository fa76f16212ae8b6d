// A decision as somebody gives it: by their account, with a key of theirs here, signed here for a
// journal elsewhere, or signed elsewhere for this one.

package import Engine
package import JSON
import Proofs

package enum DecisionSource: Sendable {
    case account(_ approval: String)
    case key(_ approval: String, file: String)
    case toBeCarried(_ approval: String, digest: String, key: String, out: String)
    case signedElsewhere(file: String)
}

package struct Deciding {
    private let decision: ApprovalDecision
    private let source: DecisionSource
    private let ring: KeyRing
    private let clock: HostClock

    package init(
        _ decision: ApprovalDecision, _ source: DecisionSource, _ ring: KeyRing,
        clock: HostClock = .system
    ) {
        self.decision = decision
        self.source = source
        self.ring = ring
        self.clock = clock
    }

    package enum Outcome: Sendable {
        case recorded(ApprovalEntry, DecisionWord)
        /// Signed for a journal elsewhere: the text, and the file that it is in; nil where it goes
        /// to standard output.
        case signed(SignedDecision, file: String?)
    }

    /// - Parameter project: opened only where a journal is needed.
    package func perform(in project: () throws(Ending) -> Project) throws(Ending) -> Outcome {
        switch source {
        case .account(let approval):
            let entry = try Decisions(try project(), clock: clock).decide(approval, decision)
            return .recorded(entry, decision.word)
        case .key(let approval, let file):
            let decisions = Decisions(try project(), clock: clock)
            let action = try decisions.approval(approval).approval.action
            let signed = try ring.sign(
                decision.word, approval, digest: ActionDigest.text(action), with: file,
                at: clock.now())
            return .recorded(try decisions.record(signed, decision), decision.word)
        case .toBeCarried(let approval, let digest, let key, let out):
            let signed = try ring.sign(
                decision.word, approval, digest: digest, with: key, at: clock.now())
            if out == "-" { return .signed(signed, file: nil) }
            return .signed(signed, file: try ring.write(signed, to: out))
        case .signedElsewhere(let file):
            let signed = try read(file)
            guard signed.note.word == decision.word else {
                throw Ending(
                    .usage,
                    "holdfast: what was signed says \(signed.note.word.rawValue). Nothing was "
                        + "recorded. Record it with: \(signed.note.word.command) --signed …")
            }
            let decisions = Decisions(try project(), clock: clock)
            return .recorded(try decisions.record(signed, decision), decision.word)
        }
    }

    private func read(_ file: String) throws(Ending) -> SignedDecision {
        let document = try JSONArgument.value(file == "-" ? file : "@\(file)", of: "--signed")
        do {
            return try SignedDecision(reading: document)
        } catch {
            throw Ending(
                .badData,
                "holdfast: --signed: this is no signed decision: \(error.message.shown). Nothing "
                    + "was recorded.")
        }
    }
}

extension Deciding.Outcome {
    package var document: JSONValue {
        switch self {
        case .recorded(let entry, _): entry.document
        case .signed(let signed, _): signed.document
        }
    }

    /// Nothing where a file has it all.
    package func text(_ style: TextStyle) -> String {
        switch self {
        case .recorded(let entry, _): entry.text(style)
        case .signed(let signed, nil): signed.document.prettyText
        case .signed(_, _?): ""
        }
    }

    /// What follows, for whoever has just decided.
    package var afterwards: String {
        switch self {
        case .recorded(let entry, .approve): entry.afterYes
        case .recorded(let entry, .withdraw):
            "Your yes is taken back. Still needed: \(entry.neededWords)."
        case .recorded(_, .deny): ""
        case .signed(let signed, let file):
            "holdfast: signed, and recorded nowhere yet; it holds for this action alone. Where the "
                + "journal is: \(signed.note.word.command) --signed "
                + (file?.shown ?? "-")
                + (signed.note.word == .deny ? " --reason …" : "")
        }
    }
}

extension ApprovalDecision {
    var word: DecisionWord {
        switch self {
        case .approve: .approve
        case .deny: .deny
        case .withdraw: .withdraw
        }
    }
}

extension DecisionWord {
    fileprivate var command: String {
        switch self {
        case .approve: "holdfast approve"
        case .deny: "holdfast deny"
        case .withdraw: "holdfast approve --withdraw"
        }
    }
}

extension ApprovalEntry {
    fileprivate var afterYes: String {
        switch state {
        case .pending: "Your yes is recorded. It is not enough: \(neededWords)."
        case .approved where isGrant, .spent where isGrant:
            "Given. What it covers from now on needs no other yes: holdfast grants list"
        case .approved, .spent:
            "Approved. A live host of profile \(caller.profile.shownInLine) starts it within a "
                + "second; where none lives: holdfast worker --once. What came of it: "
                + "holdfast show \(call)"
        case .denied, .expired, .withdrawn: ""
        }
    }

    var neededWords: String {
        needed.isEmpty ? "nobody" : needed.map(\.words).joined(separator: "; ")
    }
}
