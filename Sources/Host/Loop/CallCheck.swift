// From what a client sent to a call that may be journaled: the host's own arguments taken off, the
// rest held against the tool's input schema.

import Engine
import JSON
import JSONSchema

struct CallRefusal: Error {
    let refusal: Refusal
    /// What the journal could not do, where that is why.
    var fault: JournalFault?

    init(fault: JournalFault) {
        self.init(fault.message)
        self.fault = fault
    }

    init(_ message: String, next: NextStep = .fixArguments) {
        refusal = Refusal(message: message, next: next, rejection: nil)
    }

    init(_ rejection: Rejection) {
        refusal = Refusal(rejection)
    }
}

extension ToolHost {
    /// - Parameter current: the tool as it is now, which says who may call it and with how much
    ///   patience. What the call means is what its run has pinned.
    func check(
        _ request: HostCall, for current: CatalogTool, in catalog: Catalog
    ) throws(CallRefusal) -> SubmitRequest {
        var arguments = request.arguments
        let runText = try taken("run_id", from: &arguments) ?? request.runID
        var run: RunID?
        if let runText {
            guard let id = RunID(runText) else { throw CallRefusal(.noRun(named: runText)) }
            run = id
        }
        let tool = try pinned(current, by: run)
        let manifest = tool.manifest
        var key: String?
        if manifest.isWrite {
            key = try taken("idempotency_key", from: &arguments) ?? request.givenKey
        }
        let value = JSONValue.object(arguments)
        if let place = value.firstNumberBeyondCanonical() {
            throw CallRefusal(Rejection.argumentNotExact(pointer: place.description))
        }
        let violations = manifest.inputSchema.validate(value)
        guard violations.isEmpty else {
            let lines = violations.map(\.message)
            throw CallRefusal(
                "The arguments of \(manifest.name) are not right; nothing was done. "
                    + lines.joined(separator: "; ") + ". Correct them and call again.")
        }
        if let missing = current.manifest.missingEvidence(in: value) { throw missing }
        let meaning = tool === current
            ? manifest.tool : manifest.tool.withPatience(of: current.manifest.tool)
        var valid = SubmitRequest(
            tool: meaning, arguments: arguments,
            argumentsClass: manifest.inputSchema.payloadClass(of: value), run: run,
            givenKey: key, caller: caller, environment: "", traceparent: request.traceparent,
            pins: catalog.pins(of: current))
        valid.isByPerson = request.isByPerson
        valid.sessionTaint = taint.all
        if policy.mayShadow(current.manifest.tool),
            case .object(let shown) = manifest.inputSchema.masked(value)
        {
            valid.preview = tool.connector.preview(shown, call: nil)
        }
        return valid
    }

    private func pinned(
        _ current: CatalogTool, by run: RunID?
    ) throws(CallRefusal) -> CatalogTool {
        guard let run else { return current }
        do throws(JournalFault) {
            let open = try opener.open()
            // Pins are only ever added, so that what was seen of them stands.
            var known = recentRuns.find(run)
            if known == nil {
                known = try open.journal.read { reading throws(JournalFault) in
                    try reading.run(run)
                }
            }
            guard let known, known.caller.owns(caller),
                let pin = known.pins.last(where: { $0.tool == current.name }),
                pin.manifest != current.manifest.digest
            else { return current }
            if let tool = try pinnedTool(pin.manifest, in: open) { return tool }
        } catch {
            throw CallRefusal(fault: error)
        }
        throw CallRefusal(
            "This host cannot read the version of \(current.name) that \(run) was begun with. "
                + "Nothing was done. Begin another run with run_begin.")
    }

    private func taken(
        _ name: String, from arguments: inout JSONObject
    ) throws(CallRefusal) -> String? {
        guard let value = arguments[name] else { return nil }
        arguments[name] = nil
        switch value {
        case .string(let text): return text
        case .null: return nil
        case .bool, .number, .array, .object:
            throw CallRefusal(
                "/\(name): must be text, but \(value.aKind) is there. Nothing was done.")
        }
    }
}

extension Manifest {
    /// What the tool demands to be shown and `arguments` do not show, each with what it means.
    func evidenceNotShown(in arguments: JSONValue) -> [String] {
        evidence.filter { $0.resolve(in: arguments)?.isEvidence != true }.map { pointer in
            let schema = SchemaPaths.schema(at: pointer.tokens, in: input)
            let means = schema?["description"]?.stringValue.map { " (\($0))" } ?? ""
            return "\(pointer)\(means)"
        }
    }

    /// Why the call is refused: it does not show what its tool demands; nil where it does.
    fileprivate func missingEvidence(in arguments: JSONValue) -> CallRefusal? {
        let named = evidenceNotShown(in: arguments)
        guard !named.isEmpty else { return nil }
        return CallRefusal(
            "\(name) needs evidence that is not there or blank: "
                + named.joined(separator: "; ") + ". Nothing was done, and nobody was asked for a "
                + "yes. Get it from the user and call again with it; do not make it up.",
            next: .askHuman)
    }
}

extension JSONValue {
    /// Whether anybody could look at it.
    fileprivate var isEvidence: Bool {
        switch self {
        case .null: false
        case .bool, .number: true
        case .string(let text):
            text.unicodeScalars.contains { !$0.isUnseen && !$0.properties.isWhitespace }
        case .array(let elements): elements.contains(where: \.isEvidence)
        case .object(let object): object.members.contains { $0.value.isEvidence }
        }
    }
}

extension Rejection {
    /// There is no such run; of a text that is none, only the beginning is repeated.
    static func noRun(named text: String) -> Rejection {
        .unknownRun(text.cut(toBytes: HostLimits.echoedIDBytes))
    }
}

extension JSONValue {
    /// The kind's name with its article.
    var aKind: String {
        switch self {
        case .null: kindName
        case .number(let number): (number.isWhole ? "an " : "a ") + kindName
        case .bool, .string: "a " + kindName
        case .array, .object: "an " + kindName
        }
    }
}
