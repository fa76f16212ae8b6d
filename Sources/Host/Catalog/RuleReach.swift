// Which calls a rule's condition can hold for, as far as the tool, its effect and the profile tell:
// what else a call may say is unknown here. Never a guess: in doubt the answer is that it may.

import JSON
import JSONSchema

enum Reach: Hashable, Sendable {
    case always, perhaps, never

    func and(_ other: Reach) -> Reach {
        switch (self, other) {
        case (.never, _), (_, .never): .never
        case (.always, .always): .always
        case (.always, .perhaps), (.perhaps, .always), (.perhaps, .perhaps): .perhaps
        }
    }

    var inverse: Reach {
        switch self {
        case .always: .never
        case .perhaps: .perhaps
        case .never: .always
        }
    }

    func or(_ other: Reach) -> Reach { inverse.and(other.inverse).inverse }
}

/// A condition reduced to what can be told from a part of a call. Made once for a rule.
struct RuleReach: Sendable {
    private indirect enum Node: Sendable {
        case known(Reach)
        /// Holds where this part of the call satisfies the schema.
        case part(String, CompiledSchema)
        case all([Node])
        case any([Node])
        case not(Node)
    }

    private let root: Node

    init(_ condition: JSONValue) { root = RuleReach.node(condition) }

    /// - Parameter parts: of a call's document, those that are known.
    func over(_ parts: JSONObject) -> Reach { RuleReach.reach(root, parts) }

    private static func reach(_ node: Node, _ parts: JSONObject) -> Reach {
        switch node {
        case .known(let reach): reach
        case .part(let name, let schema):
            switch parts[name].flatMap({ schema.verdict(on: $0) }) {
            case true?: .always
            case false?: .never
            case nil: .perhaps
            }
        case .all(let nodes): nodes.reduce(.always) { $0.and(reach($1, parts)) }
        case .any(let nodes): nodes.reduce(.never) { $0.or(reach($1, parts)) }
        case .not(let inner): reach(inner, parts).inverse
        }
    }

    private static func node(_ schema: JSONValue) -> Node {
        switch schema {
        case .bool(let holds): .known(holds ? .always : .never)
        case .object(let object): .all(object.members.map(node(of:)))
        case .null, .number, .string, .array: .known(.perhaps)
        }
    }

    private static let silent = [
        "$comment", "$defs", "$id", "$schema", "$anchor", "title", "description", "examples",
        "default", "deprecated",
    ]

    // The document is an object that has all of its members, always.
    private static func node(of keyword: JSONObject.Member) -> Node {
        switch keyword.name {
        case "properties":
            return .all((keyword.value.objectValue?.members ?? []).map(property))
        case "required":
            let names = (keyword.value.arrayValue ?? []).compactMap(\.stringValue)
            return .known(names.allSatisfy(RuleShape.rootNames.contains) ? .always : .never)
        case "type":
            let types = keyword.value.arrayValue ?? [keyword.value]
            return .known(types.contains("object") ? .always : .never)
        case "allOf": return .all((keyword.value.arrayValue ?? []).map(node))
        case "anyOf": return .any((keyword.value.arrayValue ?? []).map(node))
        case "oneOf":
            // One of them alone: where none can, none does.
            return .all([.any((keyword.value.arrayValue ?? []).map(node)), .known(.perhaps)])
        case "not": return .not(node(keyword.value))
        case let name: return .known(silent.contains(name) ? .always : .perhaps)
        }
    }

    private static func property(_ member: JSONObject.Member) -> Node {
        if member.value == .bool(true) || member.value == [:] { return .known(.always) }
        guard RuleShape.rootNames.contains(member.name) else { return .known(.always) }
        // What leads to other places of the condition means something else by itself.
        if refers(member.value) { return .known(.perhaps) }
        do {
            return .part(member.name, try CompiledSchema(compiling: member.value))
        } catch {
            return .known(.perhaps)
        }
    }

    private static func refers(_ schema: JSONValue) -> Bool {
        switch schema {
        case .null, .bool, .number, .string: false
        case .array(let elements): elements.contains(where: refers)
        case .object(let object):
            object.contains("$ref") || object.contains("$dynamicRef")
                || object.contains { refers($0.value) }
        }
    }
}
