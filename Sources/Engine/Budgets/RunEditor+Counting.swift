// The one place where limits are counted: what has changed of a call's weight, as its run is saved.

extension RunEditor {
    /// An outcome is recorded even where what was used of a limit cannot be read: that is left as
    /// it is, and nothing more is let through by it.
    func count(
        _ call: Call, _ former: Call?, in journal: any JournalTransaction, at now: Instant
    ) throws(JournalFault) {
        guard let charge = call.charge else { return }
        let change = Change(
            call: call, former: former, charge: charge, profile: run.caller.profile, now: now)
        for ledger in [Change.countDay, Change.countRates, Change.countAmount, Change.keepSlots] {
            do throws(JournalFault) {
                try ledger(change)(journal)
            } catch where error.code == .corrupt {
                continue
            }
        }
    }
}

private struct Change {
    let call: Call
    let former: Call?
    let charge: Charge
    let profile: String
    let now: Instant

    func countDay(in journal: any JournalTransaction) throws(JournalFault) {
        let before = former?.weight ?? .zero
        guard charge.countsDay, before != call.weight else { return }
        let date = call.acceptedAt.date
        let used = try journal.used(by: profile, on: date)
        try journal.keep(used + call.weight + -before, of: profile, on: date)
    }

    func countRates(in journal: any JournalTransaction) throws(JournalFault) {
        if let perMs = charge.toolRateMs {
            try count(1, Index.rate(call.tool), within: perMs, in: journal)
        }
        if let perMs = charge.profileRateMs {
            try count(1, Index.rate(ofProfile: profile), within: perMs, in: journal)
        }
    }

    func countAmount(in journal: any JournalTransaction) throws(JournalFault) {
        guard let perMs = charge.amountMs, isTurning else { return }
        // Where it has been erased, a call that came back late is no longer known to have taken it.
        let amount = try journal.text(charge.amount).flatMap { Amount($0) } ?? .zero
        try count(amount.micros, Index.amount(call.tool), within: perMs, in: journal)
    }

    func keepSlots(in journal: any JournalTransaction) throws(JournalFault) {
        guard call.isUnderWay != former?.isUnderWay ?? false else { return }
        if charge.takesToolSlot { try keepSlot(Index.slots(call.tool), in: journal) }
        if charge.takesProfileSlot { try keepSlot(Index.slots(ofProfile: profile), in: journal) }
    }

    private var isTurning: Bool { call.isCounted != former?.isCounted ?? false }

    private func count(
        _ amount: Int64, _ name: KeyName, within perMs: Int64, in journal: any JournalTransaction
    ) throws(JournalFault) {
        guard isTurning else { return }
        var meter = try journal.meter(name)
        if call.isCounted {
            meter.add(amount, by: call.id, at: call.acceptedAt, within: perMs, now: now)
        } else {
            meter.remove(call.id, within: perMs, now: now)
        }
        try journal.setKey(name, to: meter.bytes)
    }

    private func keepSlot(
        _ name: KeyName, in journal: any JournalTransaction
    ) throws(JournalFault) {
        var slots = try journal.slots(name)
        slots.set(call.id, isTaken: call.isUnderWay)
        try journal.setKey(name, to: slots.bytes)
    }
}
