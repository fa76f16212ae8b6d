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
