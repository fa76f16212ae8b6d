// Decisions that travel: what is signed, by whom, and that nothing else can be made of it.

import JSON
import Proofs
import Testing

@testable import Engine

struct SignedDecisionTests {
    private let world = World()
    private let tool = Sample.tool(.natural, name: "refund")

    private func hold(_ n: Int = 1) throws -> Approval {
        world.rule([try .always(.approve(.by(["manager"])))], over: [tool])
        return try #require(try world.submit(tool, ["n": .integer(n)]).view.call.approval)
    }

    @Test func whatIsSignedIsTheApprovalTheDigestTheDecisionAndTheTime() throws {
        let note = DecisionNote(
            approval: Shapes.approval, action: Digest.sha256([7]), word: .approve,
            at: Shapes.now)
        #expect(
            String(decoding: note.signedBytes, as: UTF8.self)
                == "holdfast.decision.v1\n{\"approval\":\"\(Shapes.approval)\",\"at\":"
                + "\"\(Shapes.now)\",\"decision\":\"approve\",\"digest\":\"sha256:"
                + "\(Digest.sha256([7]).hex)\"}")
    }

    @Test func aSignedYesCountsAndIsRecordedWithItsSignature() throws {
        let approval = try hold()
        let decider = world.signed(approval, .approve, with: Crew.leadKey)
        let view = try world.decide(approval.id, .approve(), as: decider)
        guard case .signed(let key, let signature, let at) = decider else { return }
        #expect(view.call.approval?.decisions.first?.identity == .key(key, signature, at: at))
        #expect(view.call.approval?.decidedBy == "lead")
        #expect(try world.due().attempts.count == 1)
    }

    @Test func aSignatureOverAnythingElseIsRefused() throws {
        let approval = try hold(1)
        let other = try hold(2)
        let late = world.now + Limits.signatureAheadMs
        let early = world.now + -Limits.signatureAheadMs
        let bad: [Decider] = [
            world.signed(other, .approve, with: Crew.leadKey),
            world.signed(approval, .deny, with: Crew.leadKey),
            world.signed(approval, .approve, with: Crew.leadKey, digest: Digest.sha256([])),
            world.signed(approval, .approve, with: Crew.leadKey, at: late + 1),
            world.signed(approval, .approve, with: Crew.leadKey, at: early + -1),
            world.signed(
                approval, .approve, with: SigningKey(seed: [UInt8](repeating: 8, count: 32))),
        ]
        for decider in bad {
            #expect(throws: Rejection.self) {
                try world.decide(approval.id, .approve(), as: decider)
            }
        }
        // At the edges it is taken.
        try world.decide(
            approval.id, .approve(),
            as: world.signed(approval, .approve, with: Crew.leadKey, at: late))
        try world.decide(
            other.id, .approve(),
            as: world.signed(other, .approve, with: Crew.chiefKey, at: early))
    }

    @Test func aYesThatWasTakenBackCannotBeSaidAgainFromACopy() throws {
        let approval = try hold()
        let yes = world.signed(approval, .approve, with: Crew.leadKey)
        try world.decide(approval.id, .approve(), as: yes)
        world.pass(10)
        try world.decide(
            approval.id, .withdraw(), as: world.signed(approval, .withdraw, with: Crew.leadKey))
        #expect(throws: Rejection.self) {
            try world.decide(approval.id, .approve(), as: yes)
        }
        #expect(try world.due().attempts.isEmpty)
    }

    /// A note that was never handed in does not outlive what its signer has said since.
    @Test func anOlderNoteDoesNotUnsayWhatItsSignerSaidOtherwise() throws {
        let approval = try hold()
        let kept = world.signed(approval, .approve, with: Crew.leadKey)
        world.pass(10)
        try world.decide(approval.id, .approve(), by: "frontdesk")
        world.pass(10)
        try world.decide(approval.id, .withdraw(), by: "frontdesk")
        #expect(throws: Rejection.self) {
            try world.decide(approval.id, .approve(), as: kept)
        }
        world.pass(10)
        try world.decide(
            approval.id, .approve(), as: world.signed(approval, .approve, with: Crew.leadKey))
        #expect(try world.due().attempts.count == 1)
    }

    /// What lies in the journal is not believed: whoever can write it could have put it there.
    @Test func aForgedDecisionInTheJournalDoesNotCountAtExecution() throws {
        let approval = try hold()
        let place = try #require(
            try world.journal.read { (reading) throws(JournalFault) in
                try reading.place(of: approval.id)
            })
        let forged = Decision(
            word: .approve, by: "lead",
            identity: .key(Crew.leadKey.publicKey, Crew.chiefKey.sign([1]), at: world.now),
            reason: nil, at: world.now)
        let moment = world.moment()
        try world.door { (journal) throws(DoorError) in
            try faulting { () throws(JournalFault) in
                guard let run = try journal.run(place.run) else { return }
                var editor = RunEditor(run)
                editor.apply(
                    [
                        .decisionMade(place.call, approval.id, forged),
                        .approvalGranted(
                            place.call, approval.id, by: "lead", executeBy: world.now + 5_000),
                    ], by: Actor(.person, "lead"), at: world.now)
                try editor.save(Drafts(moment.entropy), in: journal, at: world.now)
            }
        }
        #expect(try world.call(place.call).phase == .ready)
        #expect(try world.due().attempts.isEmpty)
        let now = try #require(try world.call(place.call).approval)
        #expect(now.state == .pending && now.id != approval.id && now.because == .approvers)
    }
}
