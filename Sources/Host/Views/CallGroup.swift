// What stands together where a run is shown: first what a person must see to, last what did not
// happen.

import Engine

enum CallGroup: CaseIterable {
    case doubtful, person, waiting, done, standing, undone, not

    init(_ call: Call, in aftermath: Aftermath) {
        if aftermath.left[call.id] != nil, !call.needsPerson {
            self = .standing
            return
        }
        // It is as urgent as what undoes it.
        if aftermath.undos[call.id, default: []].contains(where: \.call.needsPerson) {
            self = .person
            return
        }
        switch call.phase {
        case .succeeded where aftermath.isToUndo(call): self = .waiting
        case .unknown where call.isLeft, .needsAttention where call.isLeft: self = .standing
        case .failed(.permission, _) where call.needsPerson: self = .person
        case .unknown(recoverAt: nil), .needsAttention(.recoveryExhausted): self = .doubtful
        case .needsAttention(.lateSuccess), .needsAttention(.readBack),
            .needsAttention(.undoFailed), .needsAttention(.undoImpossible):
            self = .person
        case .held, .ready, .running, .waiting, .verifying, .confirming,
            .unknown(recoverAt: _?), .compensating:
            self = .waiting
        case .succeeded: self = .done
        case .compensated: self = .undone
        case .failed, .denied, .cancelled, .shadow: self = .not
        }
    }

    var head: String {
        switch self {
        case .doubtful: "MAY HAVE HAPPENED, a person must find out"
        case .person: "NEEDS A PERSON"
        case .waiting: "WAITING"
        case .done: "DONE"
        case .standing: "STILL STANDS"
        case .undone: "UNDONE"
        case .not: "DID NOT HAPPEN"
        }
    }

    var tint: TextStyle.Tint {
        switch self {
        case .doubtful, .person: .red
        case .waiting, .standing: .yellow
        case .done: .green
        case .undone, .not: .dim
        }
    }
}

/// What an abort has made of a run's calls and will, looked up once for all of them.
struct Aftermath {
    /// Why it is left as it is, by call.
    let left: [CallID: Standing.Why]
    /// What undoes it, by the call that is undone.
    let undos: [CallID: [CallEntry]]
    private let isAborting: Bool

    init(_ run: Run, _ calls: [CallEntry]) {
        left = Dictionary(
            run.standing.map { ($0.call.id, $0.why) }, uniquingKeysWith: { $1 })
        let shown = Set(calls.map(\.call.id))
        let undos = calls.compactMap { entry in
            entry.call.undoes.flatMap { shown.contains($0) ? (undone: $0, by: entry) : nil }
        }
        self.undos = Dictionary(grouping: undos, by: \.undone).mapValues { $0.map(\.by) }
        isAborting = run.isAborting
    }

    /// Whether it is shown under what it undoes.
    func isBelow(_ call: Call) -> Bool { call.undoes.map { undos[$0] != nil } ?? false }

    /// Whether an abort that is under way has still to undo it.
    func isToUndo(_ call: Call) -> Bool {
        guard isAborting, case .succeeded = call.phase, call.delivery.isWrite, !call.isUndo else {
            return false
        }
        return left[call.id] == nil
    }
}
