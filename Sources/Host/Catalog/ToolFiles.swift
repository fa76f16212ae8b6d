// Which manifest files there are. Their content is read elsewhere.

import Glibc
import JSON

/// One manifest to read: a file of the disk, or a text that is part of the program.
struct ToolFile: Hashable, Sendable {
    /// As problems show it.
    let shown: String
    /// What relative paths of the manifest are relative to.
    let folder: String
    let content: Content
    /// Read only so that others can refer to it: its own problems are not asked for.
    var isContext = false
    /// Made by the host itself: it may have what is reserved.
    var isHostsOwn = false

    enum Content: Hashable, Sendable {
        case path(String)
        case text(String)
    }

    func document() throws(Problem) -> SourceDocument {
        switch content {
        case .path(let path): try SourceDocument.read(path: path, shownAs: shown)
        case .text(let text): try SourceDocument.parse(Array(text.utf8), shownAs: shown)
        }
    }
}

enum ToolFiles {
    static let endings = [".yaml", ".yml", ".json"]

    static func of(
        _ configuration: Configuration, in surroundings: Surroundings
    ) -> (files: [ToolFile], problems: [Problem]) {
        guard !configuration.isBuiltin else {
            let files = BuiltinTools.files.map { file in
                ToolFile(
                    shown: "built-in tools/\(file.name)", folder: configuration.stateFolder,
                    content: .text(file.text))
            }
            return (files, [])
        }
        let (files, problems) = at(configuration.toolPaths, in: surroundings)
        let own = configuration.notify.enumerated().map { number, target in
            target.file(number, of: configuration)
        }
        return (files + own, problems)
    }

    /// The manifests at `paths`: files as they are, folders by what lies directly in them.
    /// Sorted, each once.
    static func at(
        _ paths: [String], in surroundings: Surroundings
    ) -> (files: [ToolFile], problems: [Problem]) {
        var found: [String] = []
        var problems: [Problem] = []
        func problem(_ path: String, _ message: String) {
            problems.append(
                Problem(
                    file: surroundings.shown(path), line: nil, pointer: .root, message: message))
        }
        for path in paths {
            guard Paths.isFolder(path) else {
                found.append(path)
                continue
            }
            guard let names = names(in: path) else {
                problem(path, "this folder cannot be read: \(String(cString: strerror(errno)))")
                continue
            }
            found += names.filter(isManifest).map { path + "/" + $0 }
        }
        let unique = Set(found).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        if unique.count > CatalogLimits.maxManifests {
            problem(
                paths[0], "there are \(unique.count) manifests, more than "
                    + "\(CatalogLimits.maxManifests); the rest is left out")
        }
        let files = unique.prefix(CatalogLimits.maxManifests).map { path in
            ToolFile(
                shown: surroundings.shown(path), folder: Paths.folder(of: path),
                content: .path(path))
        }
        return (files, problems)
    }

    private static func isManifest(_ name: String) -> Bool {
        !name.hasPrefix(".") && endings.contains { name.hasSuffix($0) }
            && name != ConfigurationSource.fileName
    }

    /// What lies directly in a folder; nil where it cannot be read.
    static func names(in folder: String) -> [String]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            names.append(name)
        }
        return names
    }
}
