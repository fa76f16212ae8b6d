// The document that a rule's condition is held against: what is known of a call, of its run and of
// the moment, and nothing that a model could write besides its arguments.

package import JSON

/// A call as a policy sees it.
package struct PolicySubject: Sendable {
    package let tool: ToolName
    package let delivery: Delivery
    package let reversibility: Reversibility?
    /// What the manifest asks of itself; nil where nothing.
    package let approval: ApprovalRule?
    package let mode: Mode
    package let labels: Labels
    /// Nil where they have been erased: no rule can be evaluated then.
    package let arguments: JSONObject?
    package let caller: Caller
    /// Whether a person calls by hand: what agents may see is no matter then.
    package let isByPerson: Bool
    package let run: RunSoFar
    package let now: Instant

    package init(
        tool: ToolName, delivery: Delivery, reversibility: Reversibility?,
        approval: ApprovalRule?, mode: Mode, labels: Labels, arguments: JSONObject?,
        caller: Caller, isByPerson: Bool, run: RunSoFar, now: Instant
    ) {
        self.tool = tool
        self.delivery = delivery
        self.reversibility = reversibility
        self.approval = approval
        self.mode = mode
        self.labels = labels
        self.arguments = arguments
        self.caller = caller
        self.isByPerson = isByPerson
        self.run = run
        self.now = now
    }
}

/// What a run has done before a call, as far as rules may ask.
package struct RunSoFar: Hashable, Sendable {
    /// Calls that are not known to have come to nothing; a call being judged is not among them.
    package var calls = 0
    package var writes = 0
    /// Calls that failed or were denied.
    package var failed = 0
    package var denied = 0
    /// Of each tool, how many of `calls`; sorted by name.
    package var tools: [(tool: ToolName, count: Int)] = []
    package var taint: [Label] = []

    package init() {}

    package static func == (a: RunSoFar, b: RunSoFar) -> Bool { a.json == b.json }
    package func hash(into hasher: inout Hasher) { hasher.combine(json) }

    var json: JSONValue {
        [
            "calls": .integer(calls), "writes": .integer(writes), "failed": .integer(failed),
            "denied": .integer(denied),
            "tools": .object(JSONObject(tools.map { ($0.tool.text, .integer($0.count)) })),
            "taint": .array(taint.map { .string($0.rawValue) }),
        ]
    }
}

extension PolicySubject {
    /// `{tool, arguments, effect, profile, on_behalf_of, run, time}`:
    /// `effect` is `{kind: read|write, delivery, reversibility?, reads: […], changes: […]}`, `run`
    /// `{calls, writes, failed, denied, tools: {NAME: count}, taint: […]}`, `time`
    /// `{at, date, weekday, hour, minute}` in UTC, the weekday as `monday`.
    /// - Returns: nil where the arguments are gone.
    package var document: JSONValue? {
        guard let arguments else { return nil }
        var effect: JSONObject = [
            "kind": delivery.isWrite ? "write" : "read",
            "delivery": .string(delivery.rawValue),
            "reads": .array(labels.reads.map { .string($0.rawValue) }),
            "changes": .array(labels.changes.map { .string($0.rawValue) }),
        ]
        effect.set("reversibility", reversibility?.rawValue)
        return [
            "tool": .string(tool.text), "arguments": .object(arguments),
            "effect": .object(effect), "profile": .string(caller.profile),
            "on_behalf_of": .string(caller.person), "run": run.json, "time": now.policyTime,
        ]
    }
}

extension Instant {
    fileprivate var policyTime: JSONValue {
        let text = description
        let minutes = ms.quotientAndRemainder(dividingBy: 60_000).quotient
        let days = ms >= 0 ? ms / 86_400_000 : (ms - 86_399_999) / 86_400_000
        // 1970-01-01 was a Thursday.
        let weekday = Int(((days + 3) % 7 + 7) % 7)
        return [
            "at": .string(text), "date": .string(String(text.prefix(10))),
            "weekday": .string(Instant.weekdays[weekday]),
            "hour": .integer(Int((minutes / 60 % 24 + 24) % 24)),
            "minute": .integer(Int((minutes % 60 + 60) % 60)),
        ]
    }

    private static let weekdays = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]
}
