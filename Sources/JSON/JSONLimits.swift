// The limits on everything this target reads. No reading here; each is tested at and one past.

/// How much of a document the parser accepts before it refuses the whole.
package struct JSONLimits: Sendable {
    package var maxBytes: Int
    /// Arrays and objects inside one another; a bare scalar has depth 0.
    package var maxDepth: Int
    /// Values of every kind, the outermost included. A two-byte value costs some thirty bytes of
    /// memory, so bytes alone do not bound what a document costs.
    package var maxNodes: Int

    package init(maxBytes: Int, maxDepth: Int, maxNodes: Int) {
        precondition(maxBytes >= 0 && maxDepth >= 0 && maxNodes >= 0, "a limit is not negative")
        precondition(
            maxDepth <= JSONLimits.deepestSafeDepth,
            "values are read and written by recursion, which needs a bounded depth")
        self.maxBytes = maxBytes
        self.maxDepth = maxDepth
        self.maxNodes = maxNodes
    }

    package static let standard = JSONLimits(
        maxBytes: 10 * 1024 * 1024, maxDepth: 128, maxNodes: 500_000)

    /// What fits a 512 KiB thread stack with room to spare, even in a debug build.
    package static let deepestSafeDepth = 256

    /// The longest text accepted as a JSON pointer.
    package static let maxPointerBytes = 65_536
}
