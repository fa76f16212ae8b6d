// What a manifest says of permission: what holds a call, how much of it there may be, what it
// touches, and what must be shown for it. These are never pinned by runs.

import Engine
import JSON

extension ManifestReader {
    mutating func approval(effect: EffectPart?) -> ApprovalRule? {
        guard let value = root.object["approval"] else { return nil }
        if value == .string("none") { return nil }
        if let text = value.stringValue {
            findings.add(
                root.place("approval"),
                "`\(text)` is no approval; write none or \(ApprovalReader.confirmation)")
            return nil
        }
        let rule = ApprovalReader(
            value, at: root.place("approval"), name: ApprovalRule.manifest, &findings)?
            .rule(&findings)
        if rule?.onSilence == .approve, let kind = effect?.reversibility, !kind.maySilenceApprove {
            findings.add(
                root.place("approval").appending("on_silence"),
                "silence is a yes only for what can be undone whole, and this tool is "
                    + "`\(kind.rawValue)`; write deny, escalate or abort")
        }
        return rule
    }

    mutating func limits(input: JSONValue?) -> ToolLimits {
        guard let part = root.part("limits", keys: ManifestKeys.limits, &findings) else {
            return .none
        }
        return ToolLimits(
            rate: part.rate("rate", &findings), concurrency: part.concurrency(&findings),
            cost: part.amount("cost", &findings) ?? .zero,
            amount: amountRule(part, input: input))
    }

    private mutating func amountRule(_ limits: Part, input: JSONValue?) -> AmountRule? {
        guard let part = limits.part("amount", keys: ManifestKeys.amount, &findings) else {
            return nil
        }
        for name in ManifestKeys.amount.known { _ = part.required(name, &findings) }
        let of = pointer("of", of: part, input: input)
        let max = part.amount("max", &findings)
        guard let perMs = part.duration("per", &findings), let of, let max else { return nil }
        if let type = input.flatMap({ SchemaPaths.schema(at: of.tokens, in: $0) })?["type"],
            type != .string("number"), type != .string("integer")
        {
            findings.add(part.place("of"), "`\(of)` is not a number in the input schema")
        }
        return AmountRule(of: of, max: max, perMs: perMs)
    }

    private mutating func pointer(
        _ name: String, of part: Part, input: JSONValue?
    ) -> JSONPointer? {
        guard let text = part.text(name, &findings) else { return nil }
        return pointer(text, at: part.place(name), input: input)
    }

    /// A place in the arguments that the input schema declares.
    mutating func pointer(
        _ text: String, at place: JSONPointer, input: JSONValue?,
        such example: String = "/booking_id"
    ) -> JSONPointer? {
        do {
            let pointer = try JSONPointer(parsing: text)
            guard !pointer.tokens.isEmpty else {
                findings.add(place, "names no field; write a pointer such as \(example)")
                return nil
            }
            if let input { checkDeclared(pointer, in: input, at: place) }
            return pointer
        } catch {
            findings.add(place, "`\(text)`: \(error.message)")
            return nil
        }
    }

    mutating func mode() -> Mode { root.word("mode", Mode.self, &findings) ?? .full }

    mutating func labels(effect: EffectPart?) -> (labels: Labels, stripsInvisible: Bool) {
        guard let part = root.part("labels", keys: ManifestKeys.labels, &findings) else {
            return (.none, false)
        }
        let reads = labels("reads", of: part, among: [.untrusted, .private])
        let changes = labels("changes", of: part, among: [.external])
        if effect?.delivery == .read, part.has("changes") {
            findings.add(part.place("changes"), "a read changes nothing; remove `changes`")
        }
        let strips = part.flag("strip_invisible", &findings) ?? false
        return (Labels(reads: reads, changes: changes), strips)
    }

    private mutating func labels(
        _ name: String, of part: Part, among labels: [Label]
    ) -> [Label] {
        let words = labels.map(\.rawValue)
        return (part.object[name].map { Part.texts($0, at: part.place(name), &findings) } ?? [])
            .compactMap { text, place in
                if let label = labels.first(where: { $0.rawValue == text }) { return label }
                let hint =
                    NearestName.of(text, among: words).map { "did you mean \"\($0)\"?" }
                    ?? "write one of \(words.joined(separator: ", "))"
                findings.add(place, "`\(text)` is not a word for this; \(hint)")
                return nil
            }
    }

    /// Arguments that must be there and not blank before a person is asked for anything.
    mutating func evidence(input: JSONValue?) -> [JSONPointer] {
        let names = root.names("evidence", most: CatalogLimits.maxEvidence, &findings)
        var pointers: [JSONPointer] = []
        for (text, place) in names {
            if let pointer = pointer(text, at: place, input: input) { pointers.append(pointer) }
        }
        return pointers
    }
}

extension Reversibility {
    /// Whether silence may be a yes to such a write.
    var maySilenceApprove: Bool {
        switch self {
        case .reversible: true
        case .partial, .irreversible: false
        }
    }
}
