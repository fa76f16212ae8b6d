// What the engine needs to know of a tool. How it reaches its system is a connector's business.

package import JSON

/// A tool as its manifest defines it, reduced to meaning and patience.
package struct Tool: Hashable, Sendable {
    package let name: ToolName
    package let manifest: ManifestDigest
    package let delivery: Delivery
    /// Nil for a read.
    package let reversibility: Reversibility?
    package let idempotency: Idempotency
    /// Nil where nothing holds the tool.
    package let approval: ApprovalRule?
    package let timeoutMs: Int64
    package let retry: RetryRule
    package let followUps: FollowUps
    package let limits: ToolLimits
    /// Narrows what the profile's mode leaves.
    package let mode: Mode
    package let labels: Labels

    package init(
        name: ToolName, manifest: ManifestDigest, delivery: Delivery,
        reversibility: Reversibility?, idempotency: Idempotency, approval: ApprovalRule?,
        timeoutMs: Int64, retry: RetryRule = .standard, followUps: FollowUps = FollowUps(),
        limits: ToolLimits = .none, mode: Mode = .full, labels: Labels = .none
    ) {
        precondition(timeoutMs > 0, "A tool's time-out is at least a millisecond.")
        self.name = name
        self.manifest = manifest
        self.delivery = delivery
        self.reversibility = reversibility
        self.idempotency = idempotency
        self.approval = approval
        self.timeoutMs = timeoutMs
        self.retry = retry
        self.followUps = followUps
        self.limits = limits
        self.mode = mode
        self.labels = labels
    }

    /// What this version of the tool means, with the permission and patience of another (DESIGN
    /// section 5: a run pins the one and never the other).
    package func withPatience(of current: Tool) -> Tool {
        Tool(
            name: name, manifest: manifest, delivery: delivery, reversibility: reversibility,
            idempotency: idempotency, approval: current.approval, timeoutMs: current.timeoutMs,
            retry: current.retry, followUps: followUps, limits: current.limits,
            mode: current.mode, labels: current.labels)
    }
}

/// How often a call is attempted that surely had no effect and is likely to pass, and how long it
/// waits in between (DESIGN section 5.3).
package struct RetryRule: Hashable, Sendable {
    /// The first one included.
    package let attempts: Int
    package let firstMs: Int64
    /// By how much each wait is longer than the one before.
    package let factor: Double
    package let maxMs: Int64

    package static let standard = RetryRule(attempts: 4, firstMs: 200, factor: 2, maxMs: 10_000)

    package init(attempts: Int, firstMs: Int64, factor: Double, maxMs: Int64) {
        precondition(attempts >= 1, "A call is attempted at least once.")
        precondition(firstMs >= 0 && maxMs >= firstMs, "A wait is never less than nothing.")
        precondition(factor >= 1 && factor.isFinite, "Waits never become shorter.")
        self.attempts = attempts
        self.firstMs = firstMs
        self.factor = factor
        self.maxMs = maxMs
    }
}

/// What a manifest names for afterwards, as far as the engine must know of it. It is meaning, so
/// a call keeps it as it was accepted.
package struct FollowUps: Hashable, Sendable {
    /// Nil where nothing can find out whether an unknown attempt happened.
    package var verify: VerifyRule?
    /// Whether the write is read back once it has succeeded.
    package var readsBack = false
    /// Whether the arguments of a stale call can be renewed.
    package var refreshes = false
    /// The reads that look after it, sorted; a halt of one makes them wait.
    package var probes: [ToolName] = []
    /// The tool that undoes it.
    package var undo: ToolName?
    /// Whether an undo of the run stops here.
    package var isPivot = false

    package init() {}
}

/// When a probe that found nothing is to be believed, and what follows from it.
package struct VerifyRule: Hashable, Sendable {
    /// How long after the sender can no longer send.
    package let settleMs: Int64
    /// Whether an `at_most_once` call that surely did not happen is attempted again.
    package let retriesAbsent: Bool

    package init(settleMs: Int64, retriesAbsent: Bool) {
        self.settleMs = settleMs
        self.retriesAbsent = retriesAbsent
    }

    /// The larger of 5 s and the tool's time-out.
    package static func defaultSettleMs(timeoutMs: Int64) -> Int64 { max(5_000, timeoutMs) }
}

/// How two calls are found to be the same (DESIGN section 5.2).
package struct Idempotency: Hashable, Sendable {
    /// The fields that make the key; empty: all arguments do.
    package let fields: [JSONPointer]
    /// Fields that may differ between two calls under one key.
    package let ignored: [JSONPointer]
    /// How long a derived key holds after its outcome was delivered.
    package let windowMs: Int64

    package init(fields: [JSONPointer], ignored: [JSONPointer], windowMs: Int64) {
        self.fields = fields
        self.ignored = ignored
        self.windowMs = windowMs
    }

    /// Ten minutes where all arguments make the key, a day where the manifest names its fields.
    package static func defaultWindowMs(declaresFields: Bool) -> Int64 {
        declaresFields ? 86_400_000 : 600_000
    }
}
