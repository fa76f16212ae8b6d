// How values of a call are put into what a manifest writes: JSON Pointers in literal JSON, and no
// expressions. Masking of sensitive fields is the caller's business.

package import JSON

/// A value with places to fill in, parsed once.
///
/// - `{ $from: /arguments/title }` stands for the value at that place, whatever its kind.
/// - In texts, `{/arguments/title}` stands for that value as text: text as it is, numbers and
///   booleans as JSON writes them, null as nothing, lists and maps as compact JSON.
/// - In texts `{{` is a brace; any other brace that opens must begin a pointer.
/// - Everything else is itself, names of members included.
package struct ValueTemplate: Hashable, Sendable {
    indirect enum Node: Hashable, Sendable {
        case literal(JSONValue)
        case from(JSONPointer)
        case text([TextPiece])
        case array([Node])
        case object([Member])
    }

    struct Member: Hashable, Sendable {
        let name: String
        let node: Node
    }

    /// What stands for a value that is not there.
    package enum Missing: Sendable {
        /// Null for `$from`, nothing inside a text.
        case empty
        /// Rendering throws.
        case refused
    }

    let root: Node
    /// Every pointer in it, in the order written, so that they can be held against schemas.
    package let references: [Reference]

    /// One pointer of a template and where in the template it stands.
    package struct Reference: Hashable, Sendable {
        package let pointer: JSONPointer
        package let place: JSONPointer
    }

    package var pointers: [JSONPointer] { references.map(\.pointer) }

    package init(parsing value: JSONValue) throws(TemplateError) {
        var parser = TemplateParser()
        root = try parser.node(value, at: .root)
        references = parser.references
    }

    /// The names of the outermost object, where the template is one.
    package var memberNames: [String]? {
        switch root {
        case .object(let members): members.map(\.name)
        case .literal(let value): value.objectValue?.names
        case .from, .text, .array: nil
        }
    }

    package func render(
        _ roots: JSONValue, missing: Missing = .empty
    ) throws(TemplateError) -> JSONValue {
        var renderer = TemplateRenderer(roots: roots, missing: missing)
        return try renderer.value(of: root, at: .root)
    }

    /// The rendered text of a template that is one text.
    package func renderText(
        _ roots: JSONValue, missing: Missing = .empty
    ) throws(TemplateError) -> String {
        let value = try render(roots, missing: missing)
        return value.stringValue ?? TemplateRenderer.text(of: value)
    }
}

enum TextPiece: Hashable, Sendable {
    case literal(String)
    case reference(JSONPointer)
}

/// Why a template cannot be read or rendered, and where in it.
package struct TemplateError: Error, Hashable, Sendable {
    package let pointer: JSONPointer
    package let message: String
}
