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
        let (count, refused) = replaced(in: good) { value throws(Problems) in
            _ = try Manifest.read(SourceDocument(value: value, shownAs: "x.yaml"))
        }
        #expect(count > 800)
        #expect(refused > count / 2)
    }

    /// The same of people, rules and budgets.
    @Test func strangeValuesOfAConfigAreReadOrRefused() throws {
        let good = try SourceDocument.parse(
            Array(CatalogPolicyTests.full.utf8), shownAs: "x.yaml")
        let strangers: [JSONValue] = [
            nil, -1, "x", [""], ["x": nil], .number(JSONNumber(validLexeme: "1e400")),
        ]
        let (count, refused) = replaced(in: good.value, by: strangers) { value throws(Problems) in
            let configuration = try Configuration.read(
                SourceDocument(value: value, shownAs: "x.yaml"), path: "/srv/x.yaml",
                in: PolicySample.surroundings)
            for profile in configuration.profiles { _ = configuration.policy(for: profile) }
        }
        #expect(count > 500)
        #expect(refused > count / 2)
    }

    private func replaced(
        in good: JSONValue, by strangers: [JSONValue] = Self.strangers,
        _ read: (JSONValue) throws(Problems) -> Void
    ) -> (count: Int, refused: Int) {
        var count = 0
        var refused = 0
        func replace(_ value: JSONValue, _ rebuild: (JSONValue) -> JSONValue) {
            for stranger in strangers {
                count += 1
                do {
                    try read(rebuild(stranger))
                } catch {
                    refused += 1
                    #expect(error.all.allSatisfy { !$0.message.isEmpty })
                }
            }
            for member in value.objectValue?.members ?? [] {
                replace(member.value) { inner in
                    var changed = value.objectValue ?? [:]
                    changed[member.name] = inner
                    return rebuild(.object(changed))
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
        return (count, refused)
    }

    @Test func theBuiltinCatalogLoadsFast() throws {
        let surroundings = try TemporaryFolder().surroundings()
        let clock = ContinuousClock()
        let spent = clock.measure {
            let catalog = Catalog.load(
                Configuration.builtin(in: surroundings), kinds: FakeKind.all, in: surroundings)
            #expect(catalog.tools.count == 20)
        }
        // Far above what it takes; a regular expression or a quadratic search shows.
        #expect(spent < .seconds(2))
    }
}
