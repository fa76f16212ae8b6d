// What a manifest says about meaning: its effect, and when two calls are the same one.

import Engine
import JSON

/// The effect with its defaults filled in.
struct EffectPart {
    let delivery: Delivery
    /// Nil for a read.
    let reversibility: Reversibility?
    let isPivot: Bool
}

private enum EffectKind: String, CaseIterable {
    case read, write
}

extension ManifestReader {
    /// A write that says no more is `at_most_once` and `irreversible`: what nobody declared is
    /// never guessed to be harmless.
    mutating func effect(connectorKind: String?) -> EffectPart? {
        guard root.required("effect", &findings) != nil,
            let part = root.part("effect", keys: ManifestKeys.effect, &findings),
            part.required("kind", &findings) != nil,
            let kind = part.word("kind", EffectKind.self, &findings)
        else { return nil }
        let delivery = part.word("delivery", Delivery.self, &findings)
        let reversibility = part.word("reversibility", Reversibility.self, &findings)
        let isPivot = part.flag("pivot", &findings) ?? false
        switch kind {
        case .read:
            if let delivery, delivery != .read {
                findings.add(
                    part.place("delivery"),
                    "a read has no delivery `\(delivery.rawValue)`; remove it, or write "
                        + "`kind: write`")
            }
            if part.has("reversibility") {
                findings.add(
                    part.place("reversibility"), "a read changes nothing to reverse; remove it")
            }
            if part.has("pivot") {
                findings.add(part.place("pivot"), "a read is never undone; remove it")
            }
            return EffectPart(delivery: .read, reversibility: nil, isPivot: false)
        case .write:
            if delivery == .read {
                findings.add(
                    part.place("delivery"),
                    "a write is not delivered as `read`; write one of transactional, keyed, "
                        + "natural, at_most_once")
                return nil
            }
            if delivery == .transactional, let connectorKind, connectorKind != "sql" {
                findings.add(
                    part.place("delivery"),
                    "`transactional` needs a connector that commits effect and key together, "
                        + "which is `sql`; here is `\(connectorKind)`")
            }
            return EffectPart(
                delivery: delivery ?? .atMostOnce, reversibility: reversibility ?? .irreversible,
                isPivot: isPivot)
        }
    }

    mutating func idempotency(effect: EffectPart?, input: JSONValue?) -> Idempotency {
        let none = Idempotency(
            fields: [], ignored: [],
            windowMs: Idempotency.defaultWindowMs(declaresFields: false))
        guard root.has("idempotency"),
            let part = root.part("idempotency", keys: ManifestKeys.idempotency, &findings)
        else { return none }
        if effect?.delivery == .read {
            findings.add(
                root.place("idempotency"), "a read is repeated freely; remove `idempotency`")
        }
        let fields = fields("key", of: part, input: input)
        let ignored = ignoredFields(of: part, input: input, key: fields)
        if part.object["key"]?.arrayValue?.isEmpty == true {
            findings.add(
                part.place("key"), "names no field; name one, or leave `key` out for all of them")
        }
        let windowMs = part.duration("window", &findings)
        return Idempotency(
            fields: fields.map(\.pointer), ignored: ignored,
            windowMs: windowMs
                ?? Idempotency.defaultWindowMs(declaresFields: !fields.isEmpty))
    }

    private mutating func ignoredFields(
        of part: Part, input: JSONValue?, key: [(pointer: JSONPointer, place: JSONPointer)]
    ) -> [JSONPointer] {
        let ignored = fields("ignore", of: part, input: input)
        for (pointer, place) in ignored {
            guard key.contains(where: { $0.pointer.overlaps(pointer) }) else { continue }
            findings.add(
                place, "`\(pointer)` is part of the key, so it cannot be ignored; remove one")
        }
        return ignored.map(\.pointer)
    }

    private mutating func fields(
        _ name: String, of part: Part, input: JSONValue?
    ) -> [(pointer: JSONPointer, place: JSONPointer)] {
        guard let value = part.object[name] else { return [] }
        var fields: [(pointer: JSONPointer, place: JSONPointer)] = []
        for (text, place) in Part.texts(value, at: part.place(name), &findings) {
            if let pointer = pointer(text, at: place, input: input) {
                fields.append((pointer, place))
            }
        }
        return fields
    }

    mutating func checkDeclared(
        _ pointer: JSONPointer, in input: JSONValue, at place: JSONPointer
    ) {
        guard
            case .undeclared(let token, let properties) = SchemaPaths.look(
                pointer.tokens, in: input)
        else { return }
        // A frequent slip: values are mapped from /arguments/…, but these are the arguments' own.
        let hint: String
        if token == "arguments", pointer.tokens.count > 1 {
            hint = "write \(JSONPointer(tokens: Array(pointer.tokens.dropFirst())))"
        } else if let nearest = NearestName.of(token, among: properties) {
            hint = "did you mean \"\(nearest)\"?"
        } else {
            hint = "the fields are \(properties.joined(separator: ", "))"
        }
        findings.add(place, "`\(pointer)` is not in the input schema; \(hint)")
    }
}
