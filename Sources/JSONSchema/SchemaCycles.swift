// Finds schemas that ask for themselves at the same place of a value: they would never come to an
// end. References that go down into a value first are fine and are not looked at.
import JSON

enum SchemaCycles {
    static func refuse(in nodes: [SchemaNode]) throws(SchemaError) {
        let next = nodes.map(\.sameValueNodes)
        guard let start = onCycle(next) else { return }
        let pointer = nodes[start].pointer
        throw SchemaError(
            pointer, "this schema comes back to itself through references without going into the "
                + "value, so checking would never end; remove one of the references")
    }

    /// A node that can be reached from itself, if there is one.
    private static func onCycle(_ next: [[Int]]) -> Int? {
        // Take away nodes that lead nowhere until none is left or only those that lead to a cycle.
        var previous: [[Int]] = Array(repeating: [], count: next.count)
        var leading = next.map(\.count)
        for (node, targets) in next.enumerated() {
            for target in targets { previous[target].append(node) }
        }
        var ends = leading.indices.filter { leading[$0] == 0 }
        while let end = ends.popLast() {
            for node in previous[end] {
                leading[node] -= 1
                if leading[node] == 0 { ends.append(node) }
            }
        }
        guard var node = leading.indices.first(where: { leading[$0] > 0 }) else { return nil }
        // From such a node the way forward never ends, so it must meet itself.
        var seen: Set<Int> = []
        while seen.insert(node).inserted {
            guard let onward = next[node].first(where: { leading[$0] > 0 }) else { return nil }
            node = onward
        }
        return node
    }
}
