// The same random work on the model and on SQLite: every answer and every fault code must agree.

import Engine
import Proofs
import SQLiteJournal
import Testing

/// One random step, the same on whatever journal it is played on.
private enum Step: Sendable {
    case append(run: Int, count: Int, indexSlip: Int, sequenceSlip: Int)
    case setState(run: Int, version: Int, label: String, replacing: Int?, piece: Int?)
    case setKey(String, [UInt8]?)
    case setPayload(Int, [UInt8]?)
    case schedule(Int, due: Int64, owner: Int?, environment: String?, guess: Int64)
    case unschedule(Int, guess: Int64)
    case due(Int64, gone: [Int], horizon: Int64, environments: [String], limit: Int)
    case add(Int, String)
    case look(run: Int, version: Int, key: String, payload: Int, counter: String)

    var name: String { String(describing: self).prefix { $0 != "(" }.description }

    static let names = [
        "append", "setState", "setKey", "setPayload", "schedule", "unschedule", "due", "add",
        "look",
    ]
    static let texts = ["a", "a:1", "a:2", "b", "\u{e9}", "e\u{301}", "", "open"]
    static let environments = ["x", "y\"", "\u{e9}"]

    static func random(_ chance: inout Chance) -> Step {
        let bytes: [UInt8]? =
            chance.isTrue(oneIn: 3) ? nil : (0..<chance.below(9)).map { UInt8($0 * 7) }
        switch chance.below(9) {
        case 0:
            return .append(
                run: chance.below(3), count: chance.below(4),
                indexSlip: chance.isTrue(oneIn: 8) ? chance.below(3) - 1 : 0,
                sequenceSlip: chance.isTrue(oneIn: 8) ? chance.below(3) - 1 : 0)
        case 1:
            return .setState(
                run: chance.below(4), version: chance.below(3), label: chance.one(of: texts),
                replacing: chance.isTrue(oneIn: 3) ? nil : chance.below(3),
                piece: chance.isTrue(oneIn: 2) ? nil : chance.below(4))
        case 2: return .setKey(chance.one(of: texts), bytes)
        case 3: return .setPayload(chance.below(4), bytes)
        case 4:
            return .schedule(
                chance.below(6), due: Int64(chance.below(5)),
                owner: chance.isTrue(oneIn: 2) ? nil : chance.below(3),
                environment: chance.isTrue(oneIn: 2) ? nil : chance.one(of: environments),
                guess: Int64(chance.below(5)))
        case 5: return .unschedule(chance.below(6), guess: Int64(chance.below(5)))
        case 6:
            return .due(
                Int64(chance.below(6)), gone: (0..<chance.below(3)).map { $0 },
                horizon: Int64(chance.below(6)) - 1,
                environments: Array(environments.prefix(chance.below(4))), limit: chance.below(6))
        case 7: return .add(chance.one(of: [1, -3, .max, .min]), chance.one(of: texts))
        default:
            return .look(
                run: chance.below(4), version: chance.below(3), key: chance.one(of: texts),
                payload: chance.below(4), counter: chance.one(of: texts))
        }
    }

    func play(on t: any JournalTransaction) throws(JournalFault) -> String {
        switch self {
        case .append(let number, let count, let indexSlip, let sequenceSlip):
            // The counters follow the tail, so that they come back with an undone unit too.
            let run = Sample.run(number)
            let index = try t.counter(CounterName("#"))
            let sequence = try t.counter(CounterName("#\(number)"))
            try t.append(
                (0..<count).map {
                    Sample.record(index + $0 + indexSlip, of: run, sequence + $0 + sequenceSlip)
                })
            _ = try t.add(count, to: CounterName("#"))
            return try "\(t.add(count, to: CounterName("#\(number)")))"
        case .setState(let run, let version, let label, let replacing, let piece):
            let state = Sample.state(
                version, label, group: label,
                pieces: piece.map { [$0: [UInt8(version), UInt8($0)]] })
            try t.setState(state, of: Sample.run(run), replacing: replacing)
        case .setKey(let name, let value): try t.setKey(KeyName(name), to: value)
        case .setPayload(let number, let bytes):
            try t.setPayload(
                bytes.map { StoredPayload(salt: $0, bytes: $0 + [1]) },
                for: Sample.commitment(number))
        case .schedule(let number, let due, let owner, let environment, let guess):
            try t.schedule(
                Sample.line(number, due: due, owner: owner, environment: environment),
                for: Sample.subject(number), formerly: Instant(ms: guess))
        case .unschedule(let number, let guess):
            try t.schedule(nil, for: Sample.subject(number), formerly: Instant(ms: guess))
        case .due(let now, let gone, let horizon, let environments, let limit):
            let query = AgendaQuery(
                now: Instant(ms: now), gone: gone.map(Sample.owner),
                horizon: Instant(ms: now + horizon), environments: environments, limit: limit)
            return try "\(t.due(query))"
        case .add(let amount, let name): return try "\(t.add(amount, to: CounterName(name)))"
        case .look(let run, let version, let key, let payload, let counter):
            return try """
                \(describe(t.state(of: Sample.run(run), knowing: Sample.head(version)))) \
                \(t.key(KeyName(key)) as Any) \(t.counter(.records)) \
                \(t.payload(Sample.commitment(payload)) as Any) \
                \(t.counter(CounterName(counter))) \
                \(t.records(of: Sample.run(run), from: 1, limit: 3))
                """
        }
        return "done"
    }
}

/// A dictionary's own description has no order.
private func describe(_ answer: StateAnswer) -> String {
    guard case .stored(let state) = answer else { return "\(answer)" }
    let pieces = state.snapshot?.pieces.sorted { $0.key < $1.key }.description ?? "no snapshot"
    return "\(state.version) \(state.label) \(state.group) \(pieces)"
}

private final class Answers {
    var list: [String] = []
}

@Suite struct DifferentialTests {
    private struct Batch {
        /// `breaksAfter`: the step after which the world fails the unit, whatever it has done.
        var units: [(steps: [Step], verdict: UnitVerdict, catches: Bool, breaksAfter: Int?)]
    }

    private func batch(_ chance: inout Chance) -> Batch {
        Batch(
            units: (0...chance.below(3)).map { _ in
                let steps = (0...chance.below(4)).map { _ in Step.random(&chance) }
                let verdict: UnitVerdict = chance.isTrue(oneIn: 4) ? .undo : .keep
                let breaksAfter =
                    chance.isTrue(oneIn: 8) ? chance.below(steps.count) : nil
                return (steps, verdict, !chance.isTrue(oneIn: 4), breaksAfter)
            })
    }

    /// - Returns: what each step answered, in order, and what the commit threw.
    private func play(_ batch: Batch, on journal: any Journal) -> (answers: [String], end: String) {
        let answers = Answers()
        var units: [JournalUnit] = []
        for unit in batch.units {
            let playable: JournalUnit = { t throws(JournalFault) in
                for (number, step) in unit.steps.enumerated() {
                    do throws(JournalFault) {
                        answers.list.append("\(step.name) ok \(try step.play(on: t))")
                    } catch {
                        answers.list.append("\(step.name) fault \(error.code)")
                        if !unit.catches { throw error }
                    }
                    if number == unit.breaksAfter {
                        answers.list.append("\(step.name) broken")
                        throw JournalFault(.io, "The world failed here.")
                    }
                }
                return unit.verdict
            }
            units.append(playable)
        }
        let code = faultCode { () throws(JournalFault) in try journal.commit(units, .committed) }
        return (answers.list, code.map { "commit fault \($0)" } ?? "commit ok")
    }

    private func everything(in journal: any Journal) throws(JournalFault) -> [String] {
        try journal.read { r throws(JournalFault) in
            var text = try ["\(r.log(from: 0, limit: 10_000))", "\(r.agenda(limit: 100))"]
            for label in [nil] + Step.texts.map(Optional.some) {
                for (run, state) in try r.states(label: label, before: Sample.run(3), limit: 3) {
                    text.append("\(label ?? "any"): \(run) \(describe(.stored(state)))")
                }
                for (run, state) in try r.states(of: label ?? "", before: nil, limit: 3) {
                    text.append("of \(label ?? ""): \(run) \(describe(.stored(state)))")
                }
                text.append(try "\(r.counter(CounterName(label ?? "#")))")
                for after in [nil, "a:1", "e\u{301}"].map({ $0.map { KeyName($0) } }) {
                    text.append(try "\(r.keys(prefix: label ?? "", after: after, limit: 4))")
                }
            }
            for number in 0..<4 {
                text.append(try "\(r.payload(Sample.commitment(number)) as Any)")
                text.append(try describe(r.state(of: Sample.run(number), knowing: nil)))
                text.append(try "\(r.records(of: Sample.run(number), from: 2, limit: 5))")
            }
            return text
        }
    }

    private func compare(_ model: any Journal, _ real: any Journal, _ place: Comment) throws {
        let (expected, actual) = (try everything(in: model), try everything(in: real))
        for (a, b) in zip(expected, actual) { try #require(a == b, place) }
        #expect(expected.count == actual.count, place)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func bothJournalsAgree(seed: UInt64) throws {
        let scratch = try Scratch()
        let model = SharedMemoryJournal()
        let real = try SQLiteJournal(path: scratch.journalPath)
        var chance = Chance(seed: seed)
        var seen: Set<String> = []
        for round in 0..<400 {
            let batch = batch(&chance)
            let (expected, actual) = (play(batch, on: model), play(batch, on: real))
            try #require(expected.answers == actual.answers, "seed \(seed), round \(round)")
            try #require(expected.end == actual.end, "seed \(seed), round \(round)")
            for answer in expected.answers + [expected.end] {
                seen.insert(answer.split(separator: " ").prefix(2).joined(separator: " "))
            }
            if round.isMultiple(of: 20) {
                try compare(model, real, "seed \(seed), round \(round)")
            }
        }
        try compare(model, real, "seed \(seed), at the end")
        let mustOccur = [
            "append fault", "setState fault", "add fault", "commit ok", "commit fault",
        ] + Step.names.flatMap { ["\($0) ok", "\($0) broken"] }
        #expect(mustOccur.filter { !seen.contains($0) } == [], "the run met every outcome")
    }
}
