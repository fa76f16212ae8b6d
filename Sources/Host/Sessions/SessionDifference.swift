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
        if path.last == "requestState" || path == ["result", "nextCursor"],
            let old = old.stringValue, let new = new.stringValue
        {
            // Made by each host for itself; the client gives back what it got.
            return renaming.learn(old, new)
        }
        if let (old, new) = documents(old, new, path) { return compare(old, new, path) }
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

    /// What a resource says is a document in a text.
    private func documents(
        _ old: JSONValue, _ new: JSONValue, _ path: [String]
    ) -> (JSONValue, JSONValue)? {
        guard path.starts(with: SessionComparison.contents), path.count == 4, path[3] == "text",
            let old = old.stringValue.flatMap(SessionMask.document),
            let new = new.stringValue.flatMap(SessionMask.document)
        else { return nil }
        return (
            SessionComparison.withoutRiders(old.value), SessionComparison.withoutRiders(new.value)
        )
    }

    /// That an outcome was heard is noted with whatever is journaled next, soon or late.
    private static func withoutRiders(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number, .string: return value
        case .array(let elements):
            return .array(
                elements.filter { $0["kind"]?.stringValue != "outcome_delivered" }
                    .map(withoutRiders))
        case .object(let object):
            return .object(
                JSONObject(
                    uniqueMembers: object.members.map {
                        .init(name: $0.name, value: withoutRiders($0.value))
                    }))
        }
    }

    private static let contents = ["result", "contents"]

    /// Hashed with a key that each store has for itself.
    private func isKeyed(_ value: JSONValue) -> Bool {
        value.stringValue?.hasPrefix("hmac-sha256:") == true
    }

    /// Numbers of the record move with what rides along; releases have their own number; what is
    /// to be done is told by a digest that holds ids.
    private func isVolatile(_ old: JSONValue, _ new: JSONValue, _ path: [String]) -> Bool {
        if path.starts(with: SessionComparison.contents) {
            if path.last == "index" { return old.intValue != nil && new.intValue != nil }
            if isKeyed(old), isKeyed(new) { return true }
            if path.last == "action" || path.last == "digest" {
                return old.stringValue != nil && new.stringValue != nil
            }
        }
        if path.last == "dev.holdfast/auditIndex" {
            return old.intValue != nil && new.intValue != nil
        }
        let isServerInfo = ["serverInfo", "io.modelcontextprotocol/serverInfo"]
            .contains(path.dropLast().last ?? "")
        return isServerInfo && path.last == "version" && new.stringValue != nil
    }
}
