// The manifests that calls were made by, current or pinned, and what of their payloads may be
// shown.

import Engine
import JSON
import JSONSchema

/// Finds manifests by their digest, each once. Used by one reader at a time.
final class ManifestShelf {
    private let catalog: Catalog
    private var pinned: [ManifestDigest: CatalogTool?] = [:]

    init(_ catalog: Catalog) { self.catalog = catalog }

    /// The version that calls are accepted with now; nil where the tool is gone.
    func current(_ tool: ToolName) -> ManifestDigest? { catalog.tool(named: tool)?.manifest.digest }

    /// The tool as it is now; nil where it is gone.
    func current(named tool: ToolName) -> CatalogTool? { catalog.tool(named: tool) }

    /// What a call would send, by the way to its system that its manifest names.
    /// - Parameter arguments: with what is sensitive in them masked.
    func preview(_ call: Call, _ arguments: JSONObject) -> JSONValue? {
        let tool = catalog.tool(digest: call.manifest) ?? pinned[call.manifest] ?? nil
        // Its id is no part of what somebody decides about.
        return tool?.connector.preview(arguments, call: nil)
    }

    /// Nil where the journal does not have it, or this release cannot read it.
    func manifest(
        _ digest: ManifestDigest, _ lookup: some JournalLookup
    ) throws(JournalFault) -> Manifest? {
        if let current = catalog.tool(digest: digest) { return current.manifest }
        if let known = pinned[digest] { return known?.manifest }
        var found: CatalogTool?
        if let content = try lookup.manifest(digest) {
            do {
                found = try catalog.tool(fromPinned: content)
            } catch {
                // Written for another release: its payloads are shown by their class alone.
                found = nil
            }
        }
        pinned[digest] = .some(found)
        return found?.manifest
    }

    /// A payload's value without what its schema marks; nil where it was erased.
    func shown(
        _ reference: PayloadRef?, by schema: CompiledSchema?, _ lookup: some JournalLookup
    ) throws(JournalFault) -> JSONValue? {
        guard let reference, let value = try lookup.value(reference) else { return nil }
        switch reference.kind {
        case .plain: return value
        case .personal, .secret:
            // Nobody knows any more which part of it was meant.
            return schema?.masked(value) ?? .string("(\(reference.kind.rawValue))")
        }
    }
}
