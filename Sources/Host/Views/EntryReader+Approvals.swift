// From the journal's rows to what people are shown of an approval: who has said what, who is still
// needed, and what a decision is made in view of.

import Engine
import JSON
import JSONSchema

extension EntryReader {
    func approval(at place: CallPlace) throws(JournalFault) -> ApprovalEntry? {
        guard let run = try reading.run(place.run), let call = run[place.call] else { return nil }
        return try approval(of: call, in: run, isAlone: true)
    }

    func approval(
        of call: Call, in run: Run, isAlone: Bool
    ) throws(JournalFault) -> ApprovalEntry? {
        guard let approval = call.approval else { return nil }
        let manifest = try shelf.manifest(call.manifest, reading)
        var decisions: [DecisionEntry] = []
        for decision in approval.decisions {
            decisions.append(
                DecisionEntry(decision: decision, reason: try reading.text(decision.reason)))
        }
        let arguments = try shelf.shown(call.arguments, by: manifest?.inputSchema, reading)
        return ApprovalEntry(
            approval: approval, call: call.id, run: run.id, tool: call.tool, caller: run.caller,
            arguments: arguments, purpose: try reading.text(run.purpose), decisions: decisions,
            needed: try needed(by: call, in: run), manifest: manifest.map(ManifestFacts.init),
            context: isAlone && call.tool != .grant
                ? try context(of: call, in: run, manifest, arguments) : nil,
            undoing: try undoing(by: call, in: run),
            grant: call.tool == .grant ? try reading.terms(of: call) : nil, now: now)
    }

    private func needed(by call: Call, in run: Run) throws(JournalFault) -> [NeededYes] {
        guard let approval = call.approval, approval.state == .pending else { return [] }
        let jury = Jury(
            directory: directory, caller: run.caller,
            isReversible: call.reversibility == .reversible,
            grants: try reading.grants(under: call, now))
        return jury.open(approval.demands, in: approval).map {
            NeededYes($0, approval, run.caller, directory)
        }
    }

    private func undoing(by call: Call, in run: Run) throws(JournalFault) -> Undoing? {
        guard let undone = call.undoes.flatMap({ run[$0] }), let ending = run.ending else {
            return nil
        }
        return Undoing(
            call: undone.id, tool: undone.tool, ending: ending,
            reason: try reading.text(ending.reason))
    }

    private func context(
        of call: Call, in run: Run, _ manifest: Manifest?, _ arguments: JSONValue?
    ) throws(JournalFault) -> ApprovalContext {
        let object = arguments?.objectValue
        return ApprovalContext(
            soFar: try done(in: run, besides: call.id), taint: run.taint,
            preview: object.flatMap { shelf.preview(call, $0) },
            evidence: manifest?.evidence(in: arguments) ?? [],
            charge: shelf.current(named: call.tool)?.manifest.tool.limits.words(arguments) ?? [],
            similar: try similar(to: call, in: run, arguments))
    }

    // Of the same run first, for it is what this one is a part of; else of the same profile.
    private func similar(
        to call: Call, in run: Run, _ arguments: JSONValue?
    ) throws(JournalFault) -> SimilarCall? {
        if let earlier = run.calls.last(where: { $0.isLike(call) }) {
            return try comparison(earlier, call, arguments, isOfRun: true)
        }
        let states = try reading.states(
            label: nil, before: run.id, limit: EntryReader.runsSearched)
        for (id, state) in states {
            guard let other = try reading.run(id, state), other.caller == run.caller,
                let earlier = other.calls.last(where: { $0.isLike(call) })
            else { continue }
            return try comparison(earlier, call, arguments, isOfRun: false)
        }
        return nil
    }

    /// Runs that are looked through for an earlier call like one that waits.
    private static let runsSearched = 50

    private func comparison(
        _ earlier: Call, _ call: Call, _ arguments: JSONValue?, isOfRun: Bool
    ) throws(JournalFault) -> SimilarCall? {
        let schema = try shelf.manifest(earlier.manifest, reading)?.inputSchema
        guard let before = try reading.value(earlier.arguments),
            let after = try reading.value(call.arguments)
        else { return nil }
        let shownBefore = try shelf.shown(earlier.arguments, by: schema, reading)
        // That a masked field has changed must be told; what it was and is must not.
        let differences = JSONValue.differences(from: before, to: after).map { found in
            SimilarCall.Difference(
                place: found.place.description,
                was: found.was.map { _ in shownBefore?.shown(at: found.place) ?? .masked },
                now: found.now.map { _ in arguments?.shown(at: found.place) ?? .masked })
        }
        return SimilarCall(
            call: earlier.id, at: earlier.acceptedAt, isOfRun: isOfRun, differences: differences)
    }
}

extension JSONValue {
    fileprivate static let masked = JSONValue.string("(masked)")

    fileprivate func shown(at place: JSONPointer) -> JSONValue? { place.resolve(in: self) }
}

extension Call {
    /// Whether it did before what `other` asks for now.
    fileprivate func isLike(_ other: Call) -> Bool {
        guard id != other.id, tool == other.tool, acceptedAt <= other.acceptedAt else {
            return false
        }
        switch phase {
        case .succeeded, .compensating, .compensated: return true
        case .held, .ready, .running, .waiting, .unknown, .verifying, .confirming, .failed,
            .denied, .cancelled, .shadow, .needsAttention:
            return false
        }
    }
}

extension Manifest {
    /// What stands in the arguments where the manifest demands evidence.
    fileprivate func evidence(
        in arguments: JSONValue?
    ) -> [(place: String, value: JSONValue)] {
        self.evidence.compactMap { pointer in
            guard let arguments, let value = pointer.resolve(in: arguments) else { return nil }
            return (pointer.description, value)
        }
    }
}
