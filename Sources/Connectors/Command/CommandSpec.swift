// The `connector` object of kind `command`: what a manifest may write there, and how it is refused.
// Nothing is looked up on the disk here.

import Engine
import Host
import JSON

struct CommandSpec: Sendable {
    /// One word of the command line after the program.
    struct Argument: Sendable {
        let value: ValueTemplate
        /// Whether its first character comes from the call, so that a `-` there would be read as
        /// an option that nobody wrote.
        let beginsWithCall: Bool
    }

    enum Variable: Sendable {
        case text(String)
        case secret(String, SecretSource)
    }

    /// A path with a slash, or a bare name to look for in ``CommandEnvironment/path``.
    let program: String
    let arguments: [Argument]
    let folder: String
    let environment: [(name: String, value: Variable)]
    /// Nil: the call's arguments as one JSON document.
    let stdin: ValueTemplate?

    init(_ spec: JSONObject, of context: ConnectorContext) throws(SpecProblem) {
        let reader = try SpecReader(
            spec, of: context, keys: ["kind", "argv", "cwd", "environment", "stdin"])
        let words = try CommandSpec.words(reader)
        program = words.program
        arguments = words.arguments
        let folder = try reader.text("cwd") ?? "."
        if folder.isEmpty || folder.utf8.contains(0) {
            throw reader.problem("cwd", "must be the path of a folder")
        }
        self.folder = CommandSpec.path(folder, below: context.folder)
        environment = try CommandSpec.environment(reader)
        if let value = reader.object["stdin"] {
            stdin = try reader.template(value, at: reader.place.appending("stdin"))
        } else {
            stdin = nil
        }
    }

    private static func words(
        _ reader: SpecReader
    ) throws(SpecProblem) -> (program: String, arguments: [Argument]) {
        let place = reader.place.appending("argv")
        guard let elements = reader.object["argv"]?.arrayValue, let first = elements.first else {
            throw SpecProblem(place, "must be a list that begins with the program to run")
        }
        guard elements.count <= ConnectorLimits.argumentsMax else {
            throw SpecProblem(
                place, "at most \(ConnectorLimits.argumentsMax) words; send the rest by stdin")
        }
        let program = try program(first, at: place.appending(index: 0), reader)
        var arguments: [Argument] = []
        var isAfterDashes = false
        for (index, element) in elements.enumerated().dropFirst() {
            let pointer = place.appending(index: index)
            let value = try reader.template(element, at: pointer)
            let isReference = element.stringValue?.utf8.starts(with: "{/".utf8) == true
            let isOfCall = element["$from"] != nil || isReference
            if element.stringValue?.utf8.contains(0) == true {
                throw SpecProblem(pointer, "a NUL character is here; remove it")
            }
            arguments.append(Argument(value: value, beginsWithCall: isOfCall && !isAfterDashes))
            isAfterDashes = isAfterDashes || element == "--"
        }
        return (program, arguments)
    }

    private static func program(
        _ value: JSONValue, at pointer: JSONPointer, _ reader: SpecReader
    ) throws(SpecProblem) -> String {
        guard let text = value.stringValue, !text.isEmpty, !text.utf8.contains(0) else {
            throw SpecProblem(pointer, "must be the path of a program")
        }
        guard try reader.template(value, at: pointer).references.isEmpty else {
            throw SpecProblem(
                pointer, "which program runs is the manifest's to say; write it without {…}")
        }
        let isPath = text.utf8.contains(UInt8(ascii: "/"))
        return isPath ? path(text, below: reader.context.folder) : text
    }

    private static func environment(
        _ reader: SpecReader
    ) throws(SpecProblem) -> [(name: String, value: Variable)] {
        let place = reader.place.appending("environment")
        var all: [(name: String, value: Variable)] = []
        for member in try reader.map("environment") {
            let pointer = place.appending(member.name)
            guard isVariableName(member.name) else {
                throw SpecProblem(
                    pointer, "a variable's name has letters, digits and _, and no digit first")
            }
            guard !member.name.utf8.starts(with: "HOLDFAST_".utf8) else {
                throw SpecProblem(
                    pointer, "variables that begin with HOLDFAST_ are set by Holdfast itself")
            }
            all.append((member.name, try variable(member.value, at: pointer, reader)))
        }
        return all
    }

    private static func variable(
        _ value: JSONValue, at pointer: JSONPointer, _ reader: SpecReader
    ) throws(SpecProblem) -> Variable {
        if let text = value.stringValue {
            guard !text.utf8.contains(0) else {
                throw SpecProblem(pointer, "a NUL character is here; remove it")
            }
            return .text(text)
        }
        guard let object = value.objectValue, object.count == 1,
            let name = object["secret"]?.stringValue
        else {
            throw SpecProblem(pointer, "must be text or { secret: NAME }")
        }
        guard let source = reader.context.secrets[name] else {
            throw SpecProblem(
                pointer.appending("secret"),
                "the config has no secret `\(name)`; "
                    + SpecReader.hint(for: name, among: reader.context.secrets.keys.sorted()))
        }
        return .secret(name, source)
    }

    private static func isVariableName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x5f, 0x61...0x7a: true
            case _: false
            }
        }
    }

    private static func path(_ path: String, below folder: String) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : folder + "/" + path
    }
}
