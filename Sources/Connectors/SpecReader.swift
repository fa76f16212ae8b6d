// Reading the `connector` object of a manifest: keys, kinds of values, templates. What the keys
// mean is each connector's own business.

import Host
import JSON

/// One object of a spec. Every fault is a `SpecProblem` at its place.
struct SpecReader {
    let object: JSONObject
    let place: JSONPointer
    let context: ConnectorContext

    init(
        _ object: JSONObject, at place: JSONPointer = .root, of context: ConnectorContext,
        keys: [String]
    ) throws(SpecProblem) {
        self.object = object
        self.place = place
        self.context = context
        for name in object.names where !keys.contains(name) {
            throw SpecProblem(
                place.appending(name), "unknown key; " + SpecReader.hint(for: name, among: keys))
        }
    }

    func problem(_ name: String, _ message: String) -> SpecProblem {
        SpecProblem(place.appending(name), message)
    }

    func text(_ name: String) throws(SpecProblem) -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value.stringValue else {
            throw problem(name, "must be text, but \(value.kindName) is here")
        }
        return text
    }

    func requiredText(_ name: String) throws(SpecProblem) -> String {
        guard let text = try text(name) else {
            throw SpecProblem(place, "the key `\(name)` is missing; add it")
        }
        return text
    }

    func map(_ name: String) throws(SpecProblem) -> JSONObject {
        guard let value = object[name] else { return [:] }
        guard let object = value.objectValue else {
            throw problem(name, "must be a map of keys, but \(value.kindName) is here")
        }
        return object
    }

    /// A value to fill in from a call; its pointers must lead somewhere.
    func template(
        _ value: JSONValue, at pointer: JSONPointer, hasApproval: Bool = false
    ) throws(SpecProblem) -> ValueTemplate {
        let template: ValueTemplate
        do throws(TemplateError) {
            template = try ValueTemplate(parsing: value)
        } catch {
            throw SpecProblem(pointer.appending(error.pointer), error.message)
        }
        let roots = TemplateRoots(input: context.input, hasApproval: hasApproval)
        if let problem = template.problems(roots).first {
            throw SpecProblem(pointer.appending(problem.pointer), problem.message)
        }
        return template
    }

    static func hint(for name: String, among known: [String]) -> String {
        if known.isEmpty { return "there are none here" }
        let nearest = known.min { distance($0, name) < distance($1, name) }
        if let nearest, distance(nearest, name) <= max(1, name.count / 3) {
            return "did you mean \"\(nearest)\"?"
        }
        return "known are \(known.joined(separator: ", "))"
    }

    /// Characters inserted, removed or replaced on the way from one name to the other.
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.prefix(64))
        var row = Array(0...right.count)
        for (index, character) in left.prefix(64).enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let replaced = diagonal + (character == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
