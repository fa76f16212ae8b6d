// Damaged files, many of them: whatever stands in one, it is either read or refused in words.

import Host
import JSON
import Testing

struct CatalogFuzzTests {
    /// The same damage each time (SplitMix64).
    private struct Chance {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return Int((z ^ (z >> 31)) % UInt64(bound))
        }
    }

    private static let pieces = [
        "&a", "*a", "!!str", "!", "? ", ": ", "- ", "{", "}", "[", "]", "\"", "'", "|", ">", "---",
        "...", "%YAML 1.1", "\t", "\n", "\r", "#", "<<", "\u{feff}", "\u{85}", "\u{2028}", "\0",
        "\\x", ",", "~", "0x", "@", "`",
    ].map { Array($0.utf8) }

    @Test(arguments: ["create_internal_task.yaml", "request_admin_approval.yaml"])
    func damagedTextsAreReadOrRefused(name: String) throws {
        let file = try #require(BuiltinTools.files.first { $0.name == name })
        let whole = Array(file.text.utf8)
        var chance = Chance(state: 7)
        var refused = 0
        for _ in 0..<600 {
            var bytes = whole
            for _ in 0...chance.below(4) {
                let at = chance.below(bytes.count)
                switch chance.below(4) {
                case 0: bytes.removeSubrange(at..<min(bytes.count, at + 1 + chance.below(40)))
                case 1:
                    let piece = Self.pieces[chance.below(Self.pieces.count)]
                    bytes.insert(contentsOf: piece, at: at)
                case 2: bytes[at] = UInt8(chance.below(256))
                case _: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 60)], at: at)
                }
                if bytes.isEmpty { bytes = whole }
            }
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
