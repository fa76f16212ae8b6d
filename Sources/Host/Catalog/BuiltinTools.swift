// The tools that ship with the product, as texts: they work where no file is near.

package enum BuiltinTools {
    /// The manifests of `tools/`, sorted by name.
    package static var files: [(name: String, text: String)] {
        (BuiltinAgentTools.files + BuiltinFollowUpTools.files + BuiltinGuardedTools.files
            + BuiltinGuardedFollowUps.files)
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
