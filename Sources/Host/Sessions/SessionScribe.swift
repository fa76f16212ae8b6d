// From what happens in a host to the lines of its recording: masked, and with a word where what
// follows could not be played again. What becomes of messages is in the files beside this one.

import Engine
import JSON
import JSONSchema
import MCP

/// Something that happened, as it came by.
enum SessionEvent: Sendable {
    case client(FramedLine)
    case closed
    case server([UInt8])
    /// With the schemas of its own manifest; nil where they cannot be told.
    case started(Attempt, AttemptSchemas?)
    case ended(Attempt, AttemptOutcome, AttemptSchemas?)
    case tools(CatalogChange)
}

struct SessionScribe {
    /// An approval that the client was told to wait for.
    struct Held: Hashable {
        let approval: String
        let call: String
    }

    var mask = SessionMask()
    var tools: SessionTools
    var past = SessionPast()
    private(set) var held: [Held] = []
    /// Why what is being written down could not be played again.
    private var doubts: [String] = []
    /// When the recording began: what is older was there before.
    private let start: Instant

    init(_ manifests: [Manifest], since start: Instant) {
        tools = SessionTools(manifests)
        self.start = start
    }

    mutating func entries(for event: SessionEvent) -> [SessionEntry] {
        let made = lines(for: event)
        defer { doubts = [] }
        return doubts.map { .unplayable($0) } + made
    }

    private mutating func lines(for event: SessionEvent) -> [SessionEntry] {
        switch event {
        case .client(.oversized): return [.client(.oversized)]
        case .client(.line(let bytes)): return client(bytes)
        case .closed: return [.client(.closed)]
        case .server(let bytes): return server(bytes)
        case .started(let attempt, let schemas): return [.started(started(attempt, schemas))]
        case .ended(let attempt, let outcome, let schemas):
            return [.ended(ended(attempt, outcome, schemas))]
        case .tools(let change):
            tools.know(change.after.tools.map(\.manifest))
            return [.tools(change.after.tools.map(\.manifest.content))]
        }
    }

    mutating func doubt(_ why: String) {
        if !doubts.contains(why) { doubts.append(why) }
    }

    mutating func hold(_ approval: String, of call: String) {
        let wanted = Held(approval: approval, call: call)
        if !held.contains(wanted) { held.append(wanted) }
    }

    /// What a person, or time, made of an approval; nil while it waits.
    mutating func entry(for held: Held, _ approval: Approval, reason: String?) -> SessionEntry? {
        let decision: ApprovalDecision
        let said = reason.map { mask.words.scrubbed($0).text }
        if case .client? = approval.decisions.last?.identity {
            // What the client said is played again, and decides again.
            self.held.removeAll { $0 == held }
            return nil
        }
        switch approval.state {
        case .pending: return nil
        case .approved, .spent: decision = .approve(reason: said)
        case .denied: decision = .deny(reason: said ?? "")
        case .expired, .withdrawn:
            self.held.removeAll { $0 == held }
            return approval.state == .withdrawn
                ? nil
                : .unplayable(
                    "an approval ran out while this was recorded; time cannot be played again")
        }
        self.held.removeAll { $0 == held }
        return .decided(
            PersonDecision(
                approval: held.approval, decision: decision,
                person: approval.decidedBy ?? ""))
    }

    private mutating func started(_ attempt: Attempt, _ schemas: AttemptSchemas?) -> AttemptStart {
        tools.know(schemas?.all ?? [])
        if !past.begin(attempt, schemas, since: start) {
            doubt(
                "an attempt was made of \(attempt.call), which did not come into being in this "
                    + "session")
        }
        let arguments = JSONValue.object(attempt.arguments)
        let tool = attempt.tool.text
        let safe: JSONValue
        if let input = schemas?.input {
            safe = data(mask.masked(arguments, by: [input] + tools.inputs(of: tool)))
        } else {
            doubt("it could not be told what the manifest of \(tool) marks")
            safe = mask.blanked(arguments)
        }
        return AttemptStart(
            call: attempt.call.text, number: attempt.number, tool: tool,
            arguments: safe.objectValue ?? [:])
    }

    private mutating func ended(
        _ attempt: Attempt, _ outcome: AttemptOutcome, _ schemas: AttemptSchemas?
    ) -> AttemptEnd {
        past.end(attempt, outcome)
        let safe: AttemptOutcome
        switch outcome {
        case .succeeded(let result):
            // As it is recorded, so that a number has one name.
            safe = .succeeded(self.result(result.withLargeIntegersAsText(), of: attempt, schemas))
        case .succeededTooLarge, .voided: safe = outcome
        case .failed(let failure):
            safe = .failed(
                Failure(
                    failure.kind, text(failure.message), retryAfterMs: failure.retryAfterMs))
        case .unknown(let reason): safe = .unknown(reason: text(reason))
        }
        return AttemptEnd(
            call: attempt.call.text, number: attempt.number, tool: attempt.tool.text,
            outcome: safe)
    }

    private mutating func result(
        _ result: JSONValue, of attempt: Attempt, _ schemas: AttemptSchemas?
    ) -> JSONValue {
        guard let schemas else {
            doubt("it could not be told what the manifest of \(attempt.tool) marks")
            return mask.blanked(result)
        }
        let outputs = [schemas.output].compactMap { $0 } + tools.outputs(of: attempt.tool.text)
        let safe = data(mask.masked(result, by: outputs))
        let isKept = schemas.output.map { $0.isValid(result) == $0.isValid(safe) } ?? true
        if !isKept || (result.objectValue == nil) != (safe.objectValue == nil) {
            doubt(
                "a result of \(attempt.tool), once masked, is another to its schema; record with "
                    + "made-up values instead")
        }
        return safe
    }
}
