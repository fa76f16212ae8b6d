// What the host says now against what was recorded: place by place, with what may differ declared
// here and nowhere else.

package import JSON

package struct SessionDifference: Hashable, Sendable {
    /// Of the recording, counted from one.
    package let line: Int
    /// What the line is, in words.
    package let subject: String
    /// Where in the message; nil where the message as a whole is missing or too much.
    package let pointer: JSONPointer?
    package let recorded: JSONValue?
    package let now: JSONValue?
}

struct SessionComparison {
    var renaming = SessionRenaming()
    private var found: [(pointer: JSONPointer, recorded: JSONValue?, now: JSONValue?)] = []

    mutating func differences(
        line: Int, subject: String, _ recorded: JSONValue, _ now: JSONValue
    ) -> [SessionDifference] {
        found = []
        compare(recorded, now, [])
        return found.map {
            SessionDifference(
                line: line, subject: subject, pointer: $0.pointer, recorded: $0.recorded,
                now: $0.now)
        }
    }

    private mutating func compare(_ old: JSONValue, _ new: JSONValue, _ path: [String]) {
        guard found.count < HostLimits.toldDifferences, !isVolatile(old, new, path) else { return }
        if path.last == "requestState", let old = old.stringValue, let new = new.stringValue {
            // Sealed by each host for itself; the client gives back what it got.
            return renaming.learn(old, new)
        }
        switch (old, new) {
        case (.object(let old), .object(let new)):
            for member in old.members {
                compare(member.value, new[member.name], path + [member.name])
            }
            for member in new.members where !old.contains(member.name) {
                found.append((JSONPointer(tokens: path + [member.name]), nil, member.value))
            }
        case (.array(let old), .array(let new)):
            for index in 0..<max(old.count, new.count) {
                let (left, right) = (old.dropFirst(index).first, new.dropFirst(index).first)
                let place = path + [String(index)]
                if let left {
                    compare(left, right, place)
                } else {
                    found.append((JSONPointer(tokens: place), nil, right))
                }
            }
        case (.string(let old), .string(let new)):
            if !renaming.matches(old, new) { note(.string(old), .string(new), path) }
        case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _):
            if old != new { note(old, new, path) }
        }
    }

    private mutating func compare(_ old: JSONValue, _ new: JSONValue?, _ path: [String]) {
        if let new {
            compare(old, new, path)
        } else {
            note(old, nil, path)
        }
    }

    private mutating func note(_ old: JSONValue, _ new: JSONValue?, _ path: [String]) {
        found.append((JSONPointer(tokens: path), old, new))
    }

    /// Numbers of the record move with what rides along; releases have their own number.
    private func isVolatile(_ old: JSONValue, _ new: JSONValue, _ path: [String]) -> Bool {
        if path.last == "dev.holdfast/auditIndex" {
            return old.intValue != nil && new.intValue != nil
        }
        let isServerInfo = ["serverInfo", "io.modelcontextprotocol/serverInfo"]
            .contains(path.dropLast().last ?? "")
        return isServerInfo && path.last == "version" && new.stringValue != nil
    }
}
