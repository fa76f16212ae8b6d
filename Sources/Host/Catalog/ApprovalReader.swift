// What holds a call, as `approval` of a manifest and `approve` of a rule write it. Whether the
// people it names exist and suffice is found out in ApprovalPeople.swift.

import Engine
import JSON

private enum DenialWord: String, CaseIterable {
    case deny, abort
}

struct ApprovalReader {
    static let requester = "requester"
    /// How whoever asks themselves is written.
    static let confirmation = "{ by: [requester] }"

    let part: Part
    /// Of the rule.
    let name: String
    /// What stands there, for a limit on its size.
    private let value: JSONValue

    init?(
        _ value: JSONValue, at place: JSONPointer, name: String, _ findings: inout Findings
    ) {
        guard let part = Part(value, at: place, keys: ApprovalKeys.root, &findings) else {
            return nil
        }
        self.part = part
        self.value = value
        self.name = name
    }

    func rule(_ findings: inout Findings) -> ApprovalRule? {
        checkSize(&findings)
        let stages = stages(&findings)
        let decideWithinMs =
            part.duration("decide_within", &findings) ?? ApprovalRule.defaultDecideWithinMs
        let executeWithinMs =
            part.duration("execute_within", &findings) ?? ApprovalRule.defaultExecuteWithinMs
        let remindAfterMs = earlier("remind_after", than: decideWithinMs, &findings)
        let escalateAfterMs = earlier("escalate_after", than: decideWithinMs, &findings)
        let escalateTo = part.names(
            "escalate_to", most: CatalogLimits.maxNamesPerStage, &findings)
        for (text, place) in escalateTo where text == ApprovalReader.requester {
            findings.add(place, "whoever asks is no one to escalate to; name an approver or a role")
        }
        let onSilence = part.word("on_silence", Silence.self, &findings) ?? .deny
        let onDenial = part.word("on_denial", DenialWord.self, &findings) ?? .deny
        checkEscalation(onSilence, &findings)
        guard let stages else { return nil }
        return ApprovalRule(
            name: name, stages: stages, decideWithinMs: decideWithinMs,
            executeWithinMs: executeWithinMs, remindAfterMs: remindAfterMs,
            escalateAfterMs: escalateAfterMs, escalateTo: escalateTo.map(\.text),
            onSilence: onSilence, abortsWhenDenied: onDenial == .abort)
    }

    private func checkSize(_ findings: inout Findings) {
        do {
            let count = try value.canonicalBytes().count
            guard count > CatalogLimits.maxApprovalBytes else { return }
            findings.add(
                part.pointer,
                "has \(count) bytes as canonical JSON, more than "
                    + "\(CatalogLimits.maxApprovalBytes); name roles instead of people")
        } catch {
            findings.add(part.pointer.appending(error.pointer), error.message)
        }
    }

    private func earlier(
        _ name: String, than decideWithinMs: Int64, _ findings: inout Findings
    ) -> Int64? {
        guard let ms = part.duration(name, &findings) else { return nil }
        if ms < decideWithinMs { return ms }
        findings.add(
            part.place(name),
            "is not before the time to decide is over (\(DurationText.text(ofMs: decideWithinMs)))"
                + "; write less, or a longer `decide_within`")
        return nil
    }

    private func checkEscalation(_ onSilence: Silence, _ findings: inout Findings) {
        if part.has("escalate_to") {
            guard !part.has("escalate_after"), onSilence != .escalate else { return }
            findings.add(
                part.place("escalate_to"),
                "nobody is ever asked there; add `escalate_after`, or `on_silence: escalate`")
            return
        }
        for (name, isEscalating) in [
            ("escalate_after", part.has("escalate_after")),
            ("on_silence", onSilence == .escalate),
        ] where isEscalating {
            findings.add(
                part.place(name), "does not say to whom; add `escalate_to` with names or roles")
        }
    }

    // Either a list of stages or the only one's own keys.
    private func stages(_ findings: inout Findings) -> [Stage]? {
        guard let list = part.object["stages"] else {
            guard part.required("by", &findings) != nil else { return nil }
            return stage(part, isOnly: true, &findings).map { [$0] }
        }
        let place = part.place("stages")
        for name in ["by", "count"] where part.has(name) {
            findings.add(part.place(name), "stands beside `stages`; write it into a stage")
        }
        guard let elements = list.arrayValue, !elements.isEmpty else {
            findings.add(place, "must be a list of stages, each with `by` and `count`")
            return nil
        }
        if elements.count > CatalogLimits.maxStages {
            findings.add(
                place, "has \(elements.count) stages, more than \(CatalogLimits.maxStages)")
        }
        var stages: [Stage] = []
        for (index, element) in elements.enumerated() {
            guard
                let part = Part(
                    element, at: place.appending(index: index), keys: ApprovalKeys.stage,
                    &findings),
                part.required("by", &findings) != nil
            else { continue }
            if let stage = stage(part, isOnly: false, &findings) { stages.append(stage) }
        }
        return stages.count == elements.count ? stages : nil
    }

    private func stage(_ part: Part, isOnly: Bool, _ findings: inout Findings) -> Stage? {
        let before = findings.all.count
        let count = part.count("count", 1...CatalogLimits.maxNamesPerStage, &findings)
        let names = part.names("by", most: CatalogLimits.maxNamesPerStage, &findings)
        guard !names.isEmpty else { return nil }
        if let own = names.first(where: { $0.text == ApprovalReader.requester }) {
            let alone = "write `\(ApprovalReader.confirmation)` and no more, or name others"
            if names.count > 1 {
                findings.add(own.place, "whoever asks confirms alone or not at all; \(alone)")
            } else if !isOnly {
                findings.add(own.place, "whoever asks is no stage for others; \(alone)")
            } else if (count ?? 1) > 1 {
                findings.add(part.place("count"), "whoever asks is one person; \(alone)")
            }
            guard findings.all.count == before else { return nil }
            return Stage(by: .requester, count: 1)
        }
        guard findings.all.count == before else { return nil }
        return Stage(by: .named(names.map(\.text)), count: count ?? 1)
    }
}
