// Whether what was started had been approved, found out from the records alone: each attempt is
// judged anew under the rules in force at the host that started it.

import JSON
import Proofs

@testable import Engine

struct ApprovalWitness {
    private struct Asked {
        let request: ApprovalRequested
        var decideBy: Instant
        var isEscalated = false
        var executeBy: Instant?
        var isOver = false
        var isSpent = false
        var yeses: [(by: String, identity: Identity)] = []
    }
    private struct Given {
        let until: Instant
        let approval: ApprovalID
        var isRevoked = false
    }

    private var runs: [RunID: Run] = [:]
    private var asked: [ApprovalID: Asked] = [:]
    private var newest: [CallID: ApprovalID] = [:]
    private var given: [CallID: Given] = [:]
    private var retried: Set<CallID> = []
    private var successes: Set<CallID> = []
    private var resting: [CallID: [CallID]] = [:]
    private var numbers: [CallID: Int] = [:]
    /// What was asked for with each grant.
    var templates: [CallID: GrantTerms.Template] = [:]
    var batches: [CallID: [ApprovalID]] = [:]
    /// As they were when they were asked for, in that order.
    private(set) var approvals: [Approval] = []
    private var seen = 0
    private(set) var broken: [String] = []
    /// How often each thing was met, to show that it happens.
    private(set) var met: [String: Int] = [:]

    /// - Parameter book: the rules in force at the host that has just acted.
    mutating func look(_ world: World, under book: PlainBook) throws {
        let records = try world.journal.read { [seen] (reading) throws(JournalFault) in
            var records: [(Record, JSONValue?)] = []
            for stored in try reading.log(from: seen, limit: .max) {
                let record = try reading.decoded(stored)
                var arguments: JSONValue?
                switch record.event {
                case .callAccepted(let accepted):
                    arguments = try reading.value(accepted.arguments)
                case .probeEnded(_, let ended, let payload?) where ended.answer == .renewed:
                    arguments = try reading.value(payload)
                case _: break
                }
                records.append((record, arguments))
            }
            return records
        }
        for (record, arguments) in records {
            let former = runs[record.run]
            if let n = arguments?.objectValue?["n"]?.intValue, let call = record.event.call {
                numbers[call] = n
            }
            if case .attemptStarted(let id, let started) = record.event, let run = former,
                let call = run[id]
            {
                judge(call, started, run, record, book)
            }
            if var run = former {
                run.evolve(record.event, at: record.at)
                runs[record.run] = run
            } else {
                runs[record.run] = Run(id: record.run, opening: record.event, at: record.at)
            }
            fold(record)
            if case .approvalRequested(let call, _) = record.event,
                let approval = runs[record.run]?[call]?.approval
            {
                approvals.append(approval)
            }
            seen += 1
        }
    }

    private mutating func fold(_ record: Record) {
        switch record.event {
        case .approvalRequested(let call, let request):
            if let old = newest[call] { asked[old]?.isOver = true }
            newest[call] = request.approval
            asked[request.approval] = Asked(request: request, decideBy: request.decideBy)
            for grant in resting.keys { resting[grant]?.removeAll { $0 == call } }
            if let because = request.because { note("asked anew: \(because)") }
        case .decisionMade(let call, let id, let decision): hear(call, id, decision, record)
        case .approvalEscalated(_, let id, let decideBy):
            asked[id]?.isEscalated = true
            if let decideBy { asked[id]?.decideBy = decideBy }
            note("escalated")
        case .approvalGranted(let call, let id, _, let executeBy, _):
            asked[id]?.executeBy = executeBy
            for yes in asked[id]?.yeses ?? [] {
                guard case .grant(let grant) = yes.identity, templates[grant] != nil else {
                    continue
                }
                resting[grant, default: []].append(call)
                checkExtent(of: grant, record)
            }
        case .approvalDenied(_, let id, _, _), .approvalExpired(_, let id, _):
            asked[id]?.isOver = true
        case .callDenied(let call, _, _), .callShadowed(let call, _, _),
            .callCancelled(let call, _):
            newest[call].map { asked[$0]?.isOver = true }
        case .callResolved(let call, .retry, _, _): retried.insert(call)
        case .attemptSucceeded(let call, _, _, _, _): successes.insert(call)
        case .grantIssued(let call, let until):
            if let id = newest[call] { given[call] = Given(until: until, approval: id) }
            note("grant given")
        case .grantRevoked(let call, _, _): given[call]?.isRevoked = true
        case _: break
        }
    }

    private mutating func hear(
        _ call: CallID, _ id: ApprovalID, _ decision: Decision, _ record: Record
    ) {
        switch decision.word {
        case .approve:
            if decision.identity != .silence, record.at >= asked[id]?.decideBy ?? record.at {
                broken.append("record \(record.index): a yes to \(id) came after its time")
            }
            if asked[id]?.isOver != false {
                broken.append("record \(record.index): a yes to \(id), which is over")
            }
            asked[id]?.yeses.append((decision.by, decision.identity))
            note("yes by \(decision.identity.word)")
        case .withdraw:
            asked[id]?.yeses.removeAll { $0.by == decision.by }
            asked[id]?.executeBy = nil
            note("withdrawn")
        case .deny: note("denied")
        }
    }

    private mutating func note(_ name: String) { met[name, default: 0] += 1 }

    // MARK: - Judging

    private mutating func judge(
        _ call: Call, _ started: AttemptStarted, _ run: Run, _ record: Record, _ book: PlainBook
    ) {
        // To make sure that nothing can happen any more needs nobody's yes.
        guard started.purpose == .effect else { return }
        func fail(_ why: String) {
            broken.append("record \(record.index): \(call.id) of \(call.tool) was started \(why)")
        }
        guard let n = numbers[call.id] else { return fail("with no arguments") }
        if successes.contains(call.id), !retried.contains(call.id) { fail("after it succeeded") }
        switch book.verdict(call.tool, n, call.delivery, call.reversibility) {
        case .no: fail("although the rules deny it")
        case .onPaper: fail("although the rules shadow it")
        case .yes: note("started freely")
        case .ask(let demands):
            if let why = objection(to: call, started, run, record, book, demands) { fail(why) }
        }
    }

    private mutating func objection(
        to call: Call, _ started: AttemptStarted, _ run: Run, _ record: Record,
        _ book: PlainBook, _ demands: [ApprovalRule]
    ) -> String? {
        guard let id = newest[call.id], let held = asked[id] else { return "unasked" }
        if held.isOver { return "although its approval is over" }
        guard let executeBy = held.executeBy else { return "before it was approved" }
        if held.request.action != action(of: call, run) { return "as something else" }
        let isRecovery = started.recoveries > call.recoveries
        if record.at >= executeBy, !isRecovery, !retried.contains(call.id) {
            return "after its time"
        }
        var yeses: [PlainYes] = []
        var isSilent = false
        for yes in held.yeses {
            switch yes.identity {
            case .account, .key, .client:
                yeses.append(
                    PlainYes(identity: yes.identity, approval: id, action: held.request.action))
            case .silence: isSilent = true
            case .grant(let grant): yeses += behind(grant, of: call, id, record)
            }
        }
        for demand in demands {
            let maySilent = isSilent && demand.onSilence == .approve
                && call.reversibility == .reversible && held.request.demands.contains(demand)
            if maySilent { note("started on silence"); continue }
            guard book.isMet(demand, yeses, isEscalated: held.isEscalated, for: run.caller) else {
                return "without the yes that \(demand.name) asks"
            }
        }
        if call.delivery != .read, call.reversibility == .irreversible, yeses.isEmpty {
            return "without a person's yes"
        }
        note("started with \(demands.count) demands")
        if yeses.count > 1 { note("started with several people") }
        asked[id]?.isSpent = true
        return nil
    }

    /// Who stands behind a yes that rests on a grant; nobody where the grant does not cover it.
    private mutating func behind(
        _ grant: CallID, of call: Call, _ id: ApprovalID, _ record: Record
    ) -> [PlainYes] {
        guard let given = given[grant], !given.isRevoked, record.at < given.until,
            let own = asked[given.approval]
        else { return [] }
        if let template = templates[grant] {
            guard template.tool == call.tool, call.reversibility != .irreversible else { return [] }
            checkExtent(of: grant, record)
            note("started under a grant")
        } else {
            guard batches[grant]?.contains(id) == true else { return [] }
            note("started under a batch")
        }
        return own.yeses.map {
            PlainYes(identity: $0.identity, approval: given.approval, action: own.request.action)
        }
    }

    // A call that came to nothing gives back its part. A success that came late takes its part
    // whatever is left of it, and nothing is begun for it.
    private mutating func checkExtent(of grant: CallID, _ record: Record) {
        guard let template = templates[grant] else { return }
        let calls = (resting[grant] ?? []).filter { id in
            guard let call = runs.values.lazy.compactMap({ $0[id] }).first else { return false }
            return ![.failed, .denied, .cancelled, .shadow, .needsAttention].contains(call.status)
        }
        let sum = calls.reduce(0) { $0 + (numbers[$1] ?? 0) }
        if calls.count > template.count
            || Int64(sum) * 1_000_000 > template.sum?.max.micros ?? .max
        {
            broken.append(
                "record \(record.index): \(grant) covers \(calls.count) calls and \(sum) in sum")
        }
    }

    private func action(of call: Call, _ run: Run) -> Digest? {
        let json: JSONValue = [
            "tool": .string(call.tool.text), "manifest": .string(call.manifest.description),
            "arguments": .string(call.arguments.commitment.description),
            "profile": .string(run.caller.profile), "on_behalf_of": .string(run.caller.person),
            "run": .string(run.id.text),
        ]
        do {
            return Digest.sha256(Array("holdfast.action.v1\n".utf8) + (try json.canonicalBytes()))
        } catch { return nil }
    }
}

extension Identity {
    fileprivate var word: String {
        switch self {
        case .account: "account"
        case .key: "key"
        case .client: "client"
        case .silence: "silence"
        case .grant: "grant"
        }
    }
}
