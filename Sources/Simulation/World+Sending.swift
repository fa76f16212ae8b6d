// Invariants 1 and 2 at the moment at which a host lets go of a request: what must be on the disk
// by then, and what must not have happened yet.

import Engine

extension World {
    func checkSending(_ attempt: Attempt, from host: Int) {
        let id = attempt.call
        guard let call = checker.call(id), let starts = checker.starts[id],
            starts.count >= attempt.number
        else {
            return violated(.intentBeforeEffect, "\(id) is sent and the journal has no intent")
        }
        guard attempt.delivery.isWrite else { return }
        if starts[attempt.number - 1] >= disk.flushedCount {
            violated(.intentBeforeEffect, "\(id) is sent before its intent is flushed")
        }
        if call.environment != hosts[host].environment {
            violated(.intentBeforeEffect, "\(id) is sent by a host of another environment")
        }
        if call.approval.map({ $0.state != .spent && attempt.number == call.attempts }) == true {
            violated(.intentBeforeEffect, "\(id) is sent without its approval being spent")
        }
        checkRepetition(attempt, call)
    }

    private func checkRepetition(_ attempt: Attempt, _ call: Call) {
        let id = attempt.call
        if let first = checker.sent[id] {
            if first.arguments != attempt.arguments, !call.isRefreshed {
                violated(.asOftenAsAsked, "\(id) is sent again with other arguments")
            }
        } else {
            checker.sent[id] = attempt
        }
        guard attempt.delivery == .atMostOnce, !checker.overruled.contains(id) else { return }
        if !ledger[id].applied.isEmpty {
            violated(.asOftenAsAsked, "\(id) is at_most_once, has happened, and is sent again")
        }
        if network.mayStillArrive(id) {
            violated(.asOftenAsAsked, "\(id) is sent again while an earlier request may arrive")
        }
    }
}
