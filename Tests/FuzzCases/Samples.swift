// Schemas and values of the published suite, as seeds for mutation, where the suite is beside the
// project. Without it the cases make their own.

import Foundation
import JSON

enum Samples {
    struct Sample: Sendable {
        let schema: JSONValue
        let value: JSONValue
    }

    static let schemas: [Sample] = {
        let folder = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "../shared/data/json-schema-test-suite/tests/draft2020-12")
            .standardized
        guard let names = FileManager.default.subpaths(atPath: folder.path) else {
            print("no suite at \(folder.path): schemas are made at random only")
            return []
        }
        return names.filter { $0.hasSuffix(".json") }.sorted()
            .flatMap { samples(in: folder.appending(path: $0)) }
    }()

    private static func samples(in file: URL) -> [Sample] {
        guard let data = FileManager.default.contents(atPath: file.path),
            let groups = try? JSONParser.parse([UInt8](data)).arrayValue
        else { return [] }
        return groups.flatMap { group in
            (group["tests"]?.arrayValue ?? []).compactMap { test in
                guard let schema = group["schema"], let value = test["data"] else { return nil }
                return Sample(schema: schema, value: value)
            }
        }
    }
}
