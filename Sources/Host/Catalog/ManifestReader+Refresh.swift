// What a stale call starts from when it is attempted again: the read that a manifest names, and
// which arguments are set from it.

import Engine
import JSON

extension ManifestReader {
    mutating func refresh(input: JSONValue, roots: TemplateRoots) -> Refresh? {
        guard let part = root.part("refresh", keys: ManifestKeys.refresh, &findings) else {
            return nil
        }
        let call = namedCall(part, roots: roots)
        guard part.required("set", &findings) != nil,
            let set = part.part("set", keys: nil, &findings)
        else { return nil }
        guard (1...CatalogLimits.maxRefreshed).contains(set.object.count) else {
            findings.add(
                set.pointer,
                "must name 1 to \(CatalogLimits.maxRefreshed) arguments, such as "
                    + "/version: { $from: /result/version }")
            return nil
        }
        var fields: [Refresh.Field] = []
        for member in set.object {
            let place = set.place(member.name)
            guard
                let pointer = self.pointer(
                    member.name, at: place, input: input, such: "/version")
            else { continue }
            if let other = fields.first(where: { $0.pointer.overlaps(pointer) }) {
                findings.add(
                    place, "`\(pointer)` and `\(other.pointer)` set the same value; remove one")
                continue
            }
            let value = template(
                member.value, at: place, roots: TemplateRoots(input: input, hasResult: true))
            if let value { fields.append(Refresh.Field(pointer: pointer, value: value)) }
        }
        guard let call, fields.count == set.object.count else { return nil }
        return Refresh(call: call, set: fields)
    }
}

extension JSONPointer {
    /// Whether one of the two lies in the other.
    func overlaps(_ other: JSONPointer) -> Bool {
        tokens.starts(with: other.tokens) || other.tokens.starts(with: tokens)
    }
}
