// The parts that are fuzzed, and what a case that failed says. Each part's case is in its own file.

/// Something that must always hold, and did not.
package struct FuzzFinding: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

package enum FuzzTarget: String, CaseIterable, Sendable {
    case framer, parser, foundation, schema, server, client

    /// Runs one case. A crash is a finding too.
    package func run(_ chance: Chance) throws(FuzzFinding) {
        switch self {
        case .framer: try FramerCase.run(chance)
        case .parser: try ParserCase.run(chance)
        case .foundation: try FoundationCase.run(chance)
        case .schema: try SchemaCase.run(chance)
        case .server: try ServerCase.run(chance)
        case .client: try ClientCase.run(chance)
        }
    }
}

/// Throws a finding where `condition` is false.
func must(
    _ condition: Bool, _ sentence: @autoclosure () -> String
) throws(FuzzFinding) {
    if condition == false { throw FuzzFinding(sentence()) }
}
