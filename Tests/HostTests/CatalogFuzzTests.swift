// Damaged files, many of them: whatever stands in one, it is either read or refused in words.

import Host
import JSON
import Testing

struct CatalogFuzzTests {
    private static let pieces = [
        "&a", "*a", "!!str", "!", "? ", ": ", "- ", "{", "}", "[", "]", "\"", "'", "|", ">", "---",
        "...", "%YAML 1.1", "\t", "\n", "\r", "#", "<<", "\u{feff}", "\u{85}", "\u{2028}", "\0",
        "\\x", ",", "~", "0x", "@", "`",
    ].map { Array($0.utf8) }

    @Test(arguments: ["create_internal_task.yaml", "request_admin_approval.yaml"])
    func damagedTextsAreReadOrRefused(name: String) throws {
        let file = try #require(BuiltinTools.files.first { $0.name == name })
        var damage = Damage(Array(file.text.utf8), Self.pieces)
        var refused = 0
        for _ in 0..<600 {
            let bytes = damage.next()
            do {
                _ = try Manifest.read(SourceDocument.parse(bytes, shownAs: "x.yaml"))
            } catch {
                refused += 1
                #expect("\(error)".hasPrefix("x.yaml"))
            }
        }
        #expect(refused > 100)
    }

    private static let strangers: [JSONValue] = [
        nil, true, 0, -1, "", "x", "{", "{/arguments}", "/", [], [nil], [[]], [:], ["x": nil],
        ["$from": 1], ["type": "object"], .number(JSONNumber(validLexeme: "1e400")),
        .string(String(repeating: "a", count: 5_000)),
    ]

    /// Every value of a good manifest is replaced by every stranger, and left out once.
    @Test func strangeValuesAreReadOrRefused() throws {
        let good = try Sample.read(CatalogManifestTests.full).content
        var count = 0
        var refused = 0
        func replace(_ value: JSONValue, _ rebuild: (JSONValue) -> JSONValue) {
            for stranger in Self.strangers {
                count += 1
                do {
                    _ = try Manifest.read(
                        SourceDocument(value: rebuild(stranger), shownAs: "x.yaml"))
                } catch {
                    refused += 1
                    #expect(error.all.allSatisfy { !$0.message.isEmpty })
                }
            }
            if let object = value.objectValue {
                for member in object {
                    replace(member.value) { inner in
                        var changed = object
                        changed[member.name] = inner
                        return rebuild(.object(changed))
                    }
                }
            }
            for (index, element) in (value.arrayValue ?? []).enumerated() {
                replace(element) { inner in
                    var changed = value.arrayValue ?? []
                    changed[index] = inner
                    return rebuild(.array(changed))
                }
            }
        }
        replace(good) { $0 }
        #expect(count > 800)
        #expect(refused > count / 2)
    }

    @Test func theBuiltinCatalogLoadsFast() throws {
        let surroundings = try TemporaryFolder().surroundings()
        let clock = ContinuousClock()
        let spent = clock.measure {
            let catalog = Catalog.load(
                Configuration.builtin(in: surroundings), kinds: FakeKind.all, in: surroundings)
            #expect(catalog.tools.count == 9)
        }
        // Far above what it takes; a regular expression or a quadratic search shows.
        #expect(spent < .seconds(2))
    }
}
