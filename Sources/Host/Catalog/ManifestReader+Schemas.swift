// The schemas of a manifest: that they are schemas, and that a client can be shown them.

import JSON
import JSONSchema

struct ReadSchema {
    let value: JSONValue
    let compiled: CompiledSchema
}

struct ManifestSchemas {
    let input: ReadSchema
    let output: ReadSchema?
}

extension ManifestReader {
    mutating func schemas() -> ManifestSchemas? {
        let input = input()
        let output = output()
        guard let input else { return nil }
        return ManifestSchemas(input: input, output: output)
    }

    private mutating func input() -> ReadSchema? {
        guard let value = root.required("input", &findings),
            let part = root.part("input", keys: nil, &findings)
        else { return nil }
        refuseUnlessObject(part)
        for name in part.object["properties"]?.objectValue?.names ?? []
        where Manifest.reservedArguments.contains(name) && !isHostsOwn {
            findings.add(
                part.place("properties").appending(name),
                "the host adds `\(name)` to tools itself; remove it or choose another name")
        }
        return compile(value, at: part.pointer)
    }

    /// Nobody adds anything to a tool that no client calls.
    private var isHostsOwn: Bool {
        root.object["name"]?.stringValue?.hasPrefix(NotifyTarget.reservedPrefix) == true
    }

    /// A client that checks results must be able to do so with the property that the host adds,
    /// so the root of an output schema says nothing but what its properties are.
    private mutating func output() -> ReadSchema? {
        guard let value = root.object["output"],
            let part = root.part("output", keys: nil, &findings)
        else { return nil }
        refuseUnlessObject(part)
        for name in part.object.names where !ManifestKeys.output.known.contains(name) {
            findings.add(
                part.place(name),
                "the root of an output schema has only type, properties, required and "
                    + "additionalProperties; remove `\(name)`")
        }
        let properties = part.object["properties"]?.objectValue
        if properties?.contains(Manifest.reservedResult) == true {
            findings.add(
                part.place("properties").appending(Manifest.reservedResult),
                "the host adds `\(Manifest.reservedResult)` to results itself; "
                    + "choose another name")
        }
        for (index, name) in (part.object["required"]?.arrayValue ?? []).enumerated() {
            guard let name = name.stringValue, properties?.contains(name) != true else { continue }
            findings.add(
                part.place("required").appending(index: index),
                "`\(name)` is required but not among the properties; declare it")
        }
        return compile(value, at: part.pointer)
    }

    private mutating func refuseUnlessObject(_ part: Part) {
        guard part.object["type"] != .string("object") else { return }
        findings.add(
            part.has("type") ? part.place("type") : part.pointer,
            "the root of this schema must say `type: object`")
    }

    /// A schema from any place of the manifest.
    mutating func compile(_ value: JSONValue, at pointer: JSONPointer) -> ReadSchema? {
        do {
            return ReadSchema(value: value, compiled: try CompiledSchema(compiling: value))
        } catch {
            findings.add(pointer.appending(error.pointer), error.message)
            return nil
        }
    }
}
