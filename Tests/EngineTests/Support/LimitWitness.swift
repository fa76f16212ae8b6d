// Whether limits were kept, found out from the records alone: at each call that was let through,
// everything that counts then is added up by hand.

import JSON
import Testing

@testable import Engine

struct LimitWitness {
    static let limits = ToolLimits(
        rate: Rate(count: 4, perMs: 20_000), concurrency: 2, cost: Amount(micros: 1_500_000),
        amount: AmountRule(
            of: JSONPointer(tokens: ["n"]), max: Amount(micros: 25_000_000), perMs: 40_000))
    static let allowance = Allowance(
        run: Sample.budget {
            $0.calls = 3
            $0.writes = 2
            $0.cost = Amount(micros: 4_500_000)
            $0.timeMs = 60_000
            $0.identical = 2
        },
        day: Sample.budget {
            $0.calls = 14
            $0.writes = 9
            $0.cost = Amount(micros: 19_500_000)
            $0.bytes = 420
        }, rate: Rate(count: 9, perMs: 30_000), concurrency: 3)

    private var runs: [RunID: Run] = [:]
    private(set) var letThrough = 0
    private(set) var broken: [String] = []

    init(_ world: World) throws {
        for record in try world.log() {
            if var run = runs[record.run] {
                run.evolve(record.event, at: record.at)
                runs[record.run] = run
            } else {
                runs[record.run] = Run(id: record.run, opening: record.event, at: record.at)
            }
            switch record.event {
            case .callAccepted(let accepted) where accepted.origin == .agent:
                letThrough += 1
                try checkAccepted(accepted, record, world)
            case .attemptStarted(let id, _): checkStarted(id, record)
            case _: break
            }
        }
    }

    private var counting: [(run: Run, call: Call)] {
        runs.values.flatMap { run in
            run.calls.filter {
                ![.failed, .denied, .cancelled].contains($0.status) && $0.undoes == nil
            }.map { (run, $0) }
        }
    }

    private mutating func check(_ name: String, _ used: Int64, _ max: Int64?, _ record: Record) {
        guard let max, used > max else { return }
        broken.append("record \(record.index): \(name) is \(used), above \(max)")
    }

    private mutating func checkAccepted(
        _ accepted: CallAccepted, _ record: Record, _ world: World
    ) throws {
        let all = counting
        func within(_ perMs: Int64) -> [(run: Run, call: Call)] {
            all.filter { $0.call.acceptedAt + perMs > record.at }
        }
        let (limits, allowance) = (LimitWitness.limits, LimitWitness.allowance)
        if let rate = limits.rate {
            let used = within(rate.perMs).filter { $0.call.tool == accepted.tool }
            check("the tool's rate", Int64(used.count), Int64(rate.count), record)
        }
        if let rate = allowance.rate {
            check("the profile's rate", Int64(within(rate.perMs).count), Int64(rate.count), record)
        }
        if let rule = limits.amount {
            var sum: Int64 = 0
            for (_, call) in within(rule.perMs) where call.tool == accepted.tool {
                let payload = try #require(call.charge?.amount)
                let text = try world.journal.read { (reading) throws(JournalFault) in
                    try reading.text(payload)
                }
                sum += try #require(text.flatMap { Amount($0) }).micros
            }
            check("the tool's amount", sum, rule.max.micros, record)
        }
        let today = all.filter { $0.call.acceptedAt.date == record.at.date }.map(\.call)
        check("the day", today, allowance.day, accepted, record)
        let run = try #require(runs[record.run])
        let ofRun = all.filter { $0.run.id == run.id }.map(\.call)
        check("the run", ofRun, allowance.run, accepted, record)
        let age = record.at.ms(since: run.createdAt)
        check("the run's age", age + 1, allowance.run.timeMs, record)
    }

    private mutating func check(
        _ name: String, _ calls: [Call], _ budget: Budget, _ accepted: CallAccepted,
        _ record: Record
    ) {
        // What a late success has taken stands against writes alone, and a read is let through.
        let isWrite = accepted.delivery.isWrite
        let writes = calls.filter(\.delivery.isWrite).count
        let cost = Int64(calls.count) * LimitWitness.limits.cost.micros
        check("\(name)'s calls", Int64(calls.count), budget.calls.map { Int64($0) }, record)
        check("\(name)'s writes", Int64(writes), isWrite ? budget.writes.map { Int64($0) } : nil,
            record)
        check("\(name)'s cost", cost, budget.cost?.micros, record)
        let bytes = calls.reduce(0) { $0 + $1.arguments.byteCount }
        check("\(name)'s bytes", Int64(bytes), budget.bytes.map { Int64($0) }, record)
    }

    private mutating func checkStarted(_ id: CallID, _ record: Record) {
        guard let started = runs[record.run]?[id], started.undoes == nil else { return }
        let running = counting.filter { $0.call.isUnderWay }
        check(
            "what is under way of \(started.tool)",
            Int64(running.filter { $0.call.tool == started.tool }.count), 2, record)
        check("what is under way of the profile", Int64(running.count), 3, record)
    }
}
