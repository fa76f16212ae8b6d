// One attempt made into what the system takes: words, variables, input. Nothing is started here
// but a command that gives a secret.

import CLinux
import Engine
import Glibc
import Host
import JSON

enum CommandEnvironment {
    /// Where a bare program name is looked for, and what the command gets as its PATH.
    static let path = "/usr/local/bin:/usr/bin:/bin"

    /// What every command gets: nothing of the host's own environment but its home.
    static func base() -> [(String, String)] {
        let home = getenv("HOME").map { String(cString: $0) } ?? "/"
        return [("PATH", path), ("HOME", home), ("LANG", "C.UTF-8")]
    }

    /// - Returns: nil where no folder of ``path`` has such a program.
    static func locate(_ program: String) -> String? {
        if program.utf8.contains(UInt8(ascii: "/")) { return program }
        return path.split(separator: ":").map { "\($0)/\(program)" }
            .first { access($0, X_OK) == 0 }
    }
}

struct CommandInvocation {
    let program: String
    let arguments: [String]
    let environment: [(String, String)]
    let input: [UInt8]
    /// What must not be repeated to anybody.
    let secrets: [String]

    init(
        _ spec: CommandSpec, attempt: Attempt, secretReader: SecretReader
    ) throws(AttemptFailure) {
        let roots = CallRoots.values(of: attempt)
        arguments = try CommandInvocation.words(spec, roots)
        input = try CommandInvocation.input(spec.stdin, roots)
        guard let program = CommandEnvironment.locate(spec.program) else {
            throw AttemptFailure(
                .fatal,
                "The program `\(spec.program)` is not in \(CommandEnvironment.path). Install it, "
                    + "or write its path in the manifest.")
        }
        self.program = program
        var variables = CommandEnvironment.base()
        var secrets: [String] = []
        for (name, value) in spec.environment {
            variables.removeAll { $0.0 == name }
            switch value {
            case .text(let text): variables.append((name, text))
            case .secret(let secretName, let source):
                let secret = try secretReader.read(secretName, source)
                secrets.append(secret)
                variables.append((name, secret))
            }
        }
        variables += [
            ("HOLDFAST_CALL_ID", attempt.call.text),
            ("HOLDFAST_IDEMPOTENCY_KEY", attempt.call.text),
            ("HOLDFAST_ATTEMPT", String(attempt.number)),
        ]
        environment = variables
        self.secrets = secrets
    }

    /// `{argv, stdin, environment}`, of the environment the names alone.
    static func preview(
        _ spec: CommandSpec, _ roots: JSONValue
    ) throws(AttemptFailure) -> JSONValue {
        let given = spec.environment.map(\.name)
        let base = CommandEnvironment.base().map(\.0).filter { !given.contains($0) }
        let own = ["HOLDFAST_CALL_ID", "HOLDFAST_IDEMPOTENCY_KEY", "HOLDFAST_ATTEMPT"]
        return [
            "argv": .array(try words(spec, roots).map { .string($0) }),
            "stdin": try spec.stdin?.value(for: roots) ?? roots["arguments"] ?? [:],
            "environment": .array((base + given + own).map { .string($0) }),
        ]
    }

    private static func words(
        _ spec: CommandSpec, _ roots: JSONValue
    ) throws(AttemptFailure) -> [String] {
        var words = [spec.program]
        for (index, argument) in spec.arguments.enumerated() {
            words.append(try word(argument, at: index + 1, roots))
        }
        return words
    }

    private static func word(
        _ argument: CommandSpec.Argument, at index: Int, _ roots: JSONValue
    ) throws(AttemptFailure) -> String {
        let text: String
        switch try argument.value.value(for: roots, missing: .refused) {
        case .null:
            throw AttemptFailure(
                .invalid, "Word \(index) of the command line has no value; give the argument.")
        case .string(let value): text = value
        case .bool(let flag): text = flag ? "true" : "false"
        case .number(let number): text = number.lexeme
        case .array(let elements): text = JSONValue.array(elements).compactText
        case .object(let object): text = JSONValue.object(object).compactText
        }
        guard !text.utf8.contains(0) else {
            throw AttemptFailure(
                .invalid, "A NUL character cannot be on a command line; remove it.")
        }
        guard text.utf8.count <= ConnectorLimits.argumentBytesMax else {
            throw AttemptFailure(
                .invalid,
                "A word of a command line has at most \(ConnectorLimits.argumentBytesMax) bytes; "
                    + "send less.")
        }
        // The program looks at bytes; a Character may be more than the sign that it begins with.
        guard !(argument.beginsWithCall && text.utf8.first == UInt8(ascii: "-")) else {
            throw AttemptFailure(
                .invalid,
                "An argument of this tool may not begin with \"-\": the program would take it for "
                    + "an option. (A manifest that writes -- before it allows it.)")
        }
        return text
    }

    /// Text goes in as it is, everything else as one line of JSON.
    private static func input(
        _ template: ValueTemplate?, _ roots: JSONValue
    ) throws(AttemptFailure) -> [UInt8] {
        let value = try template?.value(for: roots) ?? roots["arguments"] ?? [:]
        if case .string(let text) = value { return Array(text.utf8) }
        return value.compactBytes() + [0x0a]
    }
}
