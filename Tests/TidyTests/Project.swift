// The project's files as they are on disk now. The only place of this test that reads any.

import Foundation

struct Project: Sendable {
    /// Every text file by its path below the project's folder.
    let files: [(path: String, text: String)]
    /// Swift files whose bytes are no text.
    let unreadable: [String]
    let swift: [SwiftSource]

    /// Read once: the tests run side by side and share it.
    static let current = Project(root: root())

    func text(_ path: String) -> String? { files.first { $0.path == path }?.text }

    init(root: URL) {
        var files: [(path: String, text: String)] = []
        var unreadable: [String] = []
        for path in Self.gitPaths(root) ?? Self.walkedPaths(root) {
            guard let data = FileManager.default.contents(atPath: root.path + "/" + path) else {
                continue  // Deleted, and git does not know yet; or a link to nowhere.
            }
            if !data.contains(0), let text = String(data: data, encoding: .utf8) {
                files.append((path, text))
            } else if path.hasSuffix(".swift") {
                unreadable.append(path)
            }
        }
        self.files = files.sorted { $0.path < $1.path }
        self.unreadable = unreadable
        swift = self.files.filter { $0.path.hasSuffix(".swift") }
            .map { SwiftSource(path: $0.path, text: $0.text) }
    }

    /// Three folders above this file, whatever links led here.
    private static func root() -> URL {
        URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    /// What git tracks and what it would offer to track; nil where git cannot say.
    private static func gitPaths(_ root: URL) -> [String]? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        process.currentDirectoryURL = root
        // A hook that runs the tests sets these for another folder than ours.
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("GIT_") }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
            let data = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            let paths = String(decoding: data, as: UTF8.self).split(separator: "\0")
            guard process.terminationStatus == 0, !paths.isEmpty else { return nil }
            return Set(paths.map(String.init)).sorted()
        } catch {
            return nil  // No git here: the folder itself is walked instead.
        }
    }

    /// Every file below the folder but those that are built, downloaded or git's own.
    static func walkedPaths(_ root: URL) -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: root.path) else { return [] }
        var paths: [String] = []
        for case let path as String in walk {
            if isMade((path as NSString).lastPathComponent) {
                walk.skipDescendants()
            } else if !isFolder(root.path + "/" + path) {
                paths.append(path)
            }
        }
        return paths.sorted()
    }

    private static func isMade(_ name: String) -> Bool {
        [".git", ".demo", "__pycache__", "node_modules", "Package.resolved"].contains(name)
            || name == ".build" || name.hasPrefix(".build-") || name.hasPrefix(".venv")
            || name.hasSuffix(".xcodeproj")
    }

    private static func isFolder(_ path: String) -> Bool {
        var folder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &folder)
            && folder.boolValue
    }
}
