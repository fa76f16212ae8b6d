// Finds and reads the published JSON Schema test suite beside the project. No expectations here.
import Foundation
import JSON
import JSONSchema
import Testing

/// One case of the suite: a schema and a value that must or must not fit it.
struct SuiteCase {
    let name: String
    let schema: JSONValue
    let value: JSONValue
    let isValid: Bool
}

enum Suite {
    /// `../shared/data/json-schema-test-suite` from the project's root.
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/data/json-schema-test-suite").standardized

    static var isPresent: Bool {
        let isThere = FileManager.default.fileExists(atPath: folder.path)
        if !isThere { print("skipped: no JSON Schema test suite beside the project (shared/data)") }
        return isThere
    }

    static func cases(in file: String) throws -> [SuiteCase] {
        let url = folder.appending(path: "tests/draft2020-12/\(file)")
        let groups = try #require(try parse(url).arrayValue)
        var cases: [SuiteCase] = []
        for group in groups {
            let schema = try #require(group["schema"])
            for test in try #require(group["tests"]?.arrayValue) {
                let names = [
                    file, group["description"]?.stringValue, test["description"]?.stringValue,
                ]
                cases.append(
                    SuiteCase(
                        name: names.compactMap(\.self).joined(separator: " | "), schema: schema,
                        value: try #require(test["data"]),
                        isValid: test["valid"] == .bool(true)))
            }
        }
        return cases
    }

    static func files(in subfolder: String = "") throws -> [String] {
        let url = folder.appending(path: "tests/draft2020-12/\(subfolder)")
        return try FileManager.default.contentsOfDirectory(atPath: url.path)
            .filter { $0.hasSuffix(".json") }.map { subfolder + $0 }.sorted()
    }

    /// The documents that the suite expects at `http://localhost:1234/`.
    static func registry() throws -> [String: JSONValue] {
        let remotes = folder.appending(path: "remotes")
        var registry: [String: JSONValue] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: remotes.path)
        where name.hasSuffix(".json") && !name.hasPrefix("draft2019") {
            registry["http://localhost:1234/" + name] = try parse(remotes.appending(path: name))
        }
        return registry
    }

    private static func parse(_ url: URL) throws -> JSONValue {
        try JSONParser.parse(Array(try Data(contentsOf: url)))
    }

    /// The names of the cases whose outcome is not the one the suite demands.
    static func failures(
        in files: [String], assertFormats: Bool = false
    ) throws -> (count: Int, failed: [String]) {
        let registry = try registry()
        var failed: [String] = []
        var count = 0
        for file in files {
            for test in try cases(in: file) {
                count += 1
                if !passes(test, registry, assertFormats) { failed.append(test.name) }
            }
        }
        return (count, failed)
    }

    private static func passes(
        _ test: SuiteCase, _ registry: [String: JSONValue], _ assertFormats: Bool
    ) -> Bool {
        do throws(SchemaError) {
            let schema = try CompiledSchema(
                compiling: test.schema, assertFormats: assertFormats, registry: registry)
            let violations = schema.validate(test.value)
            return schema.isValid(test.value) == test.isValid
                && violations.isEmpty == test.isValid
        } catch {
            return false
        }
    }
}
