// The catalog in force while a host lives: read when it is first asked for, replaced as a whole
// where manifest files have changed. Whoever answers a request takes it once and keeps to it.

import Engine
import Synchronization

final class LiveCatalog: Sendable {
    private struct State {
        var catalog: Catalog?
        var sight: ToolSight?
        /// When the files are to be looked at again, by the steady clock.
        var lookAtMs = Int64.min
        var isLooking = false
        var retired = RetiredTools()
        /// What the operator knows to be wrong.
        var told: Set<Problem> = []
    }

    private let configuration: Configuration
    private let maker: ConnectorMaker
    private let surroundings: Surroundings
    private let state = Mutex(State())

    init(
        _ configuration: Configuration, kinds: [any ConnectorKind], in surroundings: Surroundings
    ) {
        self.configuration = configuration
        self.surroundings = surroundings
        maker = ConnectorMaker(kinds: kinds, configuration: configuration)
    }

    /// The catalog as it is now.
    var current: Catalog { state.withLock { load(&$0) } }

    /// A tool by its manifest, be it one that this process offered before a file changed.
    func tool(digest: ManifestDigest) -> CatalogTool? {
        state.withLock { load(&$0).tool(digest: digest) ?? $0.retired[digest] }
    }

    /// Takes up what has changed. At most once a second, and not by two at once: whoever comes too
    /// early goes on with the catalog in force.
    /// - Parameters:
    ///   - pause: blocks for so many milliseconds.
    ///   - note: told of the change before anybody sees it, and must not ask for the catalog.
    /// - Returns: nil where nothing was taken up.
    func look(
        atMs nowMs: Int64, pause: (Int64) -> Void, note: (CatalogChange) -> Void = { _ in }
    ) -> CatalogChange? {
        // What is part of the program does not change.
        guard !configuration.isBuiltin, let (catalog, sight) = begin(nowMs) else { return nil }
        defer { state.withLock { $0.isLooking = false } }
        guard let settled = settledSight(after: sight, of: catalog, pause) else { return nil }
        let next = catalog.reloaded(settled)
        // A file may have been written to while it was read.
        guard seen(catalog) == settled else { return nil }
        let change = CatalogChange(from: catalog, to: next)
        state.withLock { state in
            note(change)
            state.catalog = next
            state.sight = settled
            for tool in change.retired { state.retired.add(tool) }
        }
        return change
    }

    /// What is wrong with the catalog and was not told yet.
    func complaints() -> [String] {
        state.withLock { state in
            let catalog = load(&state)
            defer { state.told = Set(catalog.problems) }
            return catalog.problems.filter { !state.told.contains($0) }.map { problem in
                let consequence =
                    catalog.kept.contains(problem.file)
                    ? "its last good version stays in use"
                    : catalog.ruleProblems.contains(problem)
                        ? "until it is mended nothing is let through" : "this tool is not offered"
                return "\(problem.description.shown) (\(consequence))"
            }
        }
    }

    private func load(_ state: inout State) -> Catalog {
        if let catalog = state.catalog { return catalog }
        // Seen before it is read: what changes in between is found at the next look.
        let sight = ToolSight.of(configuration, known: [], in: surroundings)
        let catalog = Catalog.load(sight, by: maker)
        state.catalog = catalog
        state.sight = sight
        return catalog
    }

    private func begin(_ nowMs: Int64) -> (Catalog, ToolSight)? {
        state.withLock { state in
            // Most calls come too early.
            guard nowMs >= state.lookAtMs, !state.isLooking, let catalog = state.catalog,
                let sight = state.sight
            else { return nil }
            state.lookAtMs = nowMs + CatalogLimits.lookEveryMs
            state.isLooking = true
            return (catalog, sight)
        }
    }

    private func seen(_ catalog: Catalog) -> ToolSight {
        .of(configuration, known: catalog.candidates.map(\.file), in: surroundings)
    }

    // Editors write a file in pieces, or take it away and put it back: what has changed counts
    // once it holds still. Nil where nothing has changed, or it does not hold still yet.
    private func settledSight(
        after known: ToolSight, of catalog: Catalog, _ pause: (Int64) -> Void
    ) -> ToolSight? {
        var sight = seen(catalog)
        for _ in 0..<CatalogLimits.settleLooks {
            guard sight != known else { return nil }
            pause(CatalogLimits.settleMs)
            let again = seen(catalog)
            if again == sight { return sight }
            sight = again
        }
        return nil
    }
}

/// What two catalogs differ in.
struct CatalogChange: Sendable {
    let before: Catalog
    let after: Catalog
    private(set) var appeared: [ToolName] = []
    private(set) var changed: [ToolName] = []
    /// Tools whose manifests are not those of any tool any more.
    private(set) var retired: [CatalogTool] = []

    init(from before: Catalog, to after: Catalog) {
        self.before = before
        self.after = after
        for tool in after.tools {
            guard let old = before.tool(named: tool.name) else {
                appeared.append(tool.name)
                continue
            }
            if old.manifest.digest != tool.manifest.digest { changed.append(tool.name) }
        }
        retired = before.tools.filter { after.tool(digest: $0.manifest.digest) == nil }
    }

    private var gone: [ToolName] {
        before.tools.map(\.name).filter { after.tool(named: $0) == nil }
    }

    /// For the operator, in a line; nil where the tools are the same.
    var summary: String? {
        let parts = [("new", appeared), ("changed", changed), ("gone", gone)]
            .filter { !$0.1.isEmpty }
            .map { "\($0.0): " + $0.1.map(\.text).joined(separator: ", ") }
        return parts.isEmpty ? nil : "the tools changed: " + parts.joined(separator: "; ")
    }
}

/// Tools that are not offered any more, for calls that were accepted while they were.
struct RetiredTools {
    private var tools: [ManifestDigest: CatalogTool] = [:]
    private var order: [ManifestDigest] = []

    subscript(_ digest: ManifestDigest) -> CatalogTool? { tools[digest] }

    mutating func add(_ tool: CatalogTool) {
        let digest = tool.manifest.digest
        guard tools.updateValue(tool, forKey: digest) == nil else { return }
        order.append(digest)
        // The journal keeps their manifests all the same.
        if order.count > CatalogLimits.retiredTools { tools[order.removeFirst()] = nil }
    }
}
