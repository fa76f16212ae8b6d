// What a recording knows of tools: every version of a schema that was in force since it began. A
// mark counts in whichever version it stands.

import Engine
import JSON
import JSONSchema

/// The schemas of one attempt's own manifest, be it in the catalog or not.
struct AttemptSchemas: Sendable {
    /// Nil where it cannot be told what it marks.
    let input: CompiledSchema?
    let output: CompiledSchema?

    static func of(_ context: ConnectorContext) -> AttemptSchemas? {
        do {
            return AttemptSchemas(
                input: try CompiledSchema(compiling: context.input),
                output: try context.output.map { try CompiledSchema(compiling: $0) })
        } catch {
            // It was compiled before; were it not, nothing of the attempt could be written raw.
            return nil
        }
    }

    var all: [CompiledSchema] { [input, output].compactMap { $0 } }
}

struct SessionTools {
    private var versions: [String: [Manifest]] = [:]
    private var seen: Set<ManifestDigest> = []
    /// Whether any tool marks anything: where none does, nothing needs masking.
    private(set) var marksAnything = false
    /// Names of fields in any schema: no values, whoever else is called so.
    private var fields: Set<String> = []

    init(_ manifests: [Manifest]) { know(manifests) }

    mutating func know(_ manifests: [Manifest]) {
        for manifest in manifests {
            let name = manifest.name.text
            let digest = manifest.digest
            if !seen.insert(digest).inserted {
                // A version that is back is the newest again.
                versions[name]?.removeAll { $0.digest == digest }
            }
            versions[name, default: []].append(manifest)
            know([manifest.inputSchema, manifest.outputSchema].compactMap { $0 })
            addFields(of: manifest.content)
        }
    }

    mutating func know(_ schemas: [CompiledSchema]) {
        if schemas.contains(where: \.marksAnything) { marksAnything = true }
    }

    func isKnown(_ name: String) -> Bool { versions[name] != nil }

    func isField(_ name: String) -> Bool { fields.contains(name) }

    /// What the newest version takes.
    func input(of name: String) -> CompiledSchema? { versions[name]?.last?.inputSchema }

    func inputs(of name: String) -> [CompiledSchema] {
        (versions[name] ?? []).map(\.inputSchema)
    }

    func outputs(of name: String) -> [CompiledSchema] {
        (versions[name] ?? []).compactMap(\.outputSchema)
    }

    private mutating func addFields(of value: JSONValue) {
        switch value {
        case .null, .bool, .number, .string: break
        case .array(let elements): for element in elements { addFields(of: element) }
        case .object(let object):
            for member in object.members {
                fields.insert(member.name)
                addFields(of: member.value)
            }
        }
    }
}
