// Every sequence of up to five words by up to three people, held against what must come of it, said
// in a few lines.

import JSON
import Proofs
import Testing

@testable import Engine

struct ApprovalModelTests {
    /// Who is asked in each stage, by letters, and how many of them.
    struct Shape: CustomTestStringConvertible {
        let stages: [(who: String, count: Int)]

        var testDescription: String {
            stages.map { "\($0.count) of \($0.who)" }.joined(separator: ", then ")
        }
    }

    static let shapes: [Shape] = [
        Shape(stages: [("a", 1)]), Shape(stages: [("ab", 1)]), Shape(stages: [("ab", 2)]),
        Shape(stages: [("abc", 1)]), Shape(stages: [("abc", 2)]), Shape(stages: [("abc", 3)]),
        Shape(stages: [("ab", 1), ("bc", 1)]), Shape(stages: [("abc", 1), ("abc", 2)]),
        Shape(stages: [("abc", 2), ("c", 1)]), Shape(stages: [("ab", 2), ("bc", 2)]),
        Shape(stages: [("a", 1), ("abc", 3)]),
    ]
    private static let words: [DecisionWord] = [.approve, .deny, .withdraw]

    /// What must come of it: nil where a word is turned down.
    private struct Model: Hashable {
        var yeses: [Character] = []
        var isDenied = false

        /// The stage that is open after those yeses; nil where none is.
        func open(_ shape: Shape) -> Int? {
            var stage = 0
            var inStage = 0
            for who in yeses where stage < shape.stages.count
                && shape.stages[stage].who.contains(who)
            {
                inStage += 1
                if inStage == shape.stages[stage].count { (stage, inStage) = (stage + 1, 0) }
            }
            return stage < shape.stages.count ? stage : nil
        }

        func after(_ word: DecisionWord, by who: Character, _ shape: Shape) -> Model? {
            guard !isDenied, shape.stages.contains(where: { $0.who.contains(who) }) else {
                return nil
            }
            var next = self
            switch word {
            case .deny: next.isDenied = true
            case .withdraw:
                guard yeses.contains(who) else { return nil }
                next.yeses.removeAll { $0 == who }
            case .approve:
                guard !yeses.contains(who), let stage = open(shape),
                    shape.stages[stage].who.contains(who)
                else { return nil }
                next.yeses.append(who)
            }
            return next
        }
    }

    private struct Walk {
        let shape: Shape
        let call: CallID
        let approval: ApprovalID
        let facts: Facts
        let reason: PayloadRef
        var steps = 0
        var wrong: [String] = []

        mutating func go(_ run: Run, _ model: Model, _ told: String, _ now: Instant) {
            guard told.count < 10, wrong.isEmpty else { return }
            for who in "abc" {
                for word in ApprovalModelTests.words {
                    steps += 1
                    let after = model.after(word, by: who, shape)
                    let next = said(word, who, run, now)
                    let story = told + "\(who)\(word.rawValue.prefix(1))"
                    guard let after else {
                        if next != nil { wrong.append("\(story) was not turned down") }
                        continue
                    }
                    guard let next, let found = next[call]?.approval else {
                        wrong.append("\(story) was turned down")
                        continue
                    }
                    let state: Approval.State = after.isDenied
                        ? .denied : after.open(shape) == nil ? .approved : .pending
                    if found.state != state { wrong.append("\(story) left it \(found.state)") }
                    go(next, after, story, now + 1)
                }
            }
        }

        private func said(
            _ word: DecisionWord, _ who: Character, _ run: Run, _ now: Instant
        ) -> Run? {
            let said: Said =
                switch word {
                case .approve: .approve(reason: nil)
                case .deny: .deny(reason: reason)
                case .withdraw: .withdraw(reason: nil)
                }
            do {
                let events = try run.decide(
                    .decide(call, approval, said, .account("account \(who)")), facts, now: now)
                var next = run
                for event in events { next.evolve(event, at: now) }
                return next
            } catch { return nil }
        }
    }

    @Test(arguments: shapes)
    func everySequenceOfWordsComesToWhatItMust(_ shape: Shape) throws {
        let world = World()
        let tool = Sample.tool(.natural, name: "refund")
        let rule = ApprovalRule(
            name: "rule",
            stages: shape.stages.map { stage in
                Stage(by: .named(stage.who.map { "person \($0)" }), count: stage.count)
            })
        let people = Directory(
            "abc".map {
                Approver(name: "person \($0)", accounts: ["account \($0)"], keys: [], roles: [])
            })
        world.rule([try .always(.approve(rule))], over: [tool], directory: people)
        let view = try world.submit(tool).view
        var facts = Facts()
        facts.directory = people
        var walk = Walk(
            shape: shape, call: view.call.id, approval: try world.approval(of: view.call.id).id,
            facts: facts, reason: Shapes.payload(.reason))
        walk.go(view.basis, Model(), "", world.now)
        #expect(walk.wrong == [])
        #expect(walk.steps > 80)
    }
}
