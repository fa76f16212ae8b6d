// Where the test data lies that is not part of this repository. It is read in place, never copied.
import Foundation

enum SharedData {
    /// `../shared/data/<path>` beside the project's root.
    static func url(_ path: String) -> URL {
        URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .appending(path: "shared/data").appending(path: path)
    }

    static func isPresent(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: url(path).path())
    }

    static func bytes(_ url: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }

    /// The files of a folder whose names start with `prefix`, by name.
    static func files(_ path: String, prefix: String = "") throws -> [URL] {
        let all = try FileManager.default.contentsOfDirectory(
            at: url(path), includingPropertiesForKeys: nil)
        return all.filter { $0.lastPathComponent.hasPrefix(prefix) }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
}
