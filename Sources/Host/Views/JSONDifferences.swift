// Where two JSON values differ, by the deepest places that do: for people who compare.

import JSON

extension JSONValue {
    /// - Returns: in the order of the older value's members, new ones after them.
    static func differences(
        from old: JSONValue?, to new: JSONValue?, at place: JSONPointer = .root
    ) -> [(place: JSONPointer, was: JSONValue?, now: JSONValue?)] {
        if old == new { return [] }
        guard let before = old?.objectValue, let after = new?.objectValue else {
            return [(place, old, new)]
        }
        let names = before.names + after.names.filter { !before.contains($0) }
        return names.flatMap { name in
            differences(from: before[name], to: after[name], at: place.appending(name))
        }
    }
}
