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

    package init(
        name: ToolName, manifest: ManifestDigest, delivery: Delivery,
        reversibility: Reversibility?, idempotency: Idempotency, approval: ApprovalRule?,
        timeoutMs: Int64
    ) {
        precondition(timeoutMs > 0, "A tool's time-out is at least a millisecond.")
        self.name = name
        self.manifest = manifest
        self.delivery = delivery
        self.reversibility = reversibility
        self.idempotency = idempotency
        self.approval = approval
        self.timeoutMs = timeoutMs
    }
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

/// Who must say yes, and how long there is for it. The requester's own confirmation is the one
/// kind of approval this release knows.
package struct ApprovalRule: Hashable, Sendable {
    package let name: String
    package let decideWithinMs: Int64
    package let executeWithinMs: Int64

    package static let defaultDecideWithinMs: Int64 = 86_400_000
    package static let defaultExecuteWithinMs: Int64 = 3_600_000

    package init(name: String, decideWithinMs: Int64, executeWithinMs: Int64) {
        self.name = name
        self.decideWithinMs = decideWithinMs
        self.executeWithinMs = executeWithinMs
    }
}
