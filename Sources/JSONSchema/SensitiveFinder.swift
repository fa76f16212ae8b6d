// Finds the values that a schema marks as secret or personal. It errs on the side of care: a mark
// counts in whatever branch it stands, fitting or not, so that broken values are masked too.
package import JSON

/// A place in a value that must not be shown to everybody.
package struct SensitivePlace: Hashable, Sendable {
    package let pointer: JSONPointer
    package let sensitivity: Sensitivity

    package init(pointer: JSONPointer, sensitivity: Sensitivity) {
        self.pointer = pointer
        self.sensitivity = sensitivity
    }
}

struct SensitiveFinder {
    private let program: SchemaProgram
    private var stepsLeft: Int
    private var path: [String] = []
    private var places: [SensitivePlace] = []

    init(_ program: SchemaProgram) {
        self.program = program
        stepsLeft = program.limits.validationSteps
    }

    mutating func find(in instance: JSONValue) -> [SensitivePlace] {
        guard program.hasSensitivity else { return [] }
        visit([program.root], instance)
        // Too large to look through: then all of it is treated as secret.
        return stepsLeft >= 0 ? places : [SensitivePlace(pointer: .root, sensitivity: .secret)]
    }

    private mutating func visit(_ starts: [Int], _ value: JSONValue) {
        let nodes = everyNode(from: starts)
        guard stepsLeft >= 0, path.count <= program.limits.validationDepth else {
            stepsLeft = -1
            return
        }
        if let mark = nodes.compactMap({ program.nodes[$0].sensitivity }).max() {
            places.append(
                SensitivePlace(pointer: JSONPointer(tokens: path), sensitivity: mark))
            // What lies inside a secret is secret already.
            if mark == .secret { return }
        }
        switch value {
        case .null, .bool, .number, .string: break
        case .array(let items):
            for (index, item) in items.enumerated() {
                descend(String(index), nodes.flatMap { children(of: $0, at: index) }, item)
            }
        case .object(let object):
            for member in object {
                var inner: [Int] = []
                for node in nodes { inner += children(of: node, named: member.name) }
                descend(member.name, inner, member.value)
            }
        }
    }

    private mutating func descend(_ token: String, _ nodes: [Int], _ value: JSONValue) {
        stepsLeft -= 1
        guard !nodes.isEmpty, stepsLeft >= 0 else { return }
        path.append(token)
        visit(nodes, value)
        path.removeLast()
    }

    /// The schemas that apply to the same value, through references and every kind of branch.
    private mutating func everyNode(from starts: [Int]) -> [Int] {
        var found: [Int] = []
        var visited: Set<Int> = []
        var waiting = starts
        while let node = waiting.popLast() {
            guard visited.insert(node).inserted else { continue }
            stepsLeft -= 1
            found.append(node)
            waiting += program.nodes[node].sameValueNodes
            if let dynamic = program.nodes[node].dynamicReference {
                waiting.append(dynamic.initial)
                waiting += dynamic.targets.values.sorted()
            }
        }
        return found
    }

    private func children(of node: Int, at index: Int) -> [Int] {
        var nodes: [Int] = []
        if let rule = program.nodes[node].arrays {
            if index < rule.prefix.count {
                nodes.append(rule.prefix[index])
            } else if let items = rule.items {
                nodes.append(items)
            }
            if let contains = rule.contains { nodes.append(contains) }
        }
        if let rest = program.nodes[node].unevaluatedItems { nodes.append(rest) }
        return nodes
    }

    private mutating func children(of node: Int, named name: String) -> [Int] {
        var nodes: [Int] = []
        if let rule = program.nodes[node].objects {
            if let known = rule.names.index(of: name), let property = rule.properties[known] {
                nodes.append(property)
            }
            for (pattern, property) in rule.patterns
            where pattern.matches(name, steps: &stepsLeft) ?? true {
                nodes.append(property)
            }
            if nodes.isEmpty, let additional = rule.additional { nodes.append(additional) }
        }
        if let rest = program.nodes[node].unevaluatedProperties { nodes.append(rest) }
        return nodes
    }
}
