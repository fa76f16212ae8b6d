// What manifests say about one another beyond names: results that a probe can give, undos of undos,
// what a run pins; and the tools that nothing holds.

import Engine
@testable import Host
import Testing

struct CatalogLinkTests {
    private func load(_ files: KeyValuePairs<String, String>) throws -> Catalog {
        let folder = try TemporaryFolder()
        try folder.write("holdfast.yaml", "tools: [tools]\nprofiles: { p: { allow: [] } }\n")
        for (name, text) in files { try folder.write("tools/" + name, text) }
        let surroundings = folder.surroundings()
        return Catalog.load(
            try Configuration.load(explicit: nil, in: surroundings), kinds: FakeKind.all,
            in: surroundings)
    }

    private func read(_ name: String) -> String {
        Sample.manifest([
            "name": "name: \(name)", "effect": "effect: { kind: read }",
            "output": "output: { type: object, properties: { version: { type: integer } } }",
        ])
    }

    private let title = "arguments: { title: x }"

    @Test func refreshNamesARead() throws {
        func problems(_ line: String) throws -> [String] {
            try load([
                "look.yaml": read("look"), "x.yaml": Sample.manifest(["z": line]),
                "undo.yaml": Sample.manifest(["name": "name: undo"]),
            ]).problems.map(\.description)
        }
        let set = "set: { /title: \"{/result/version}\" }"
        #expect(try problems("refresh: { tool: look, \(title), \(set) }") == [])
        #expect(
            try problems("refresh: { tool: undo, \(title), \(set) }") == [
                "tools/x.yaml:10: /refresh/tool: `undo` is a write; `refresh` may only name a read"
            ])
        #expect(
            try problems("refresh: { tool: look, set: { /title: \"{/result/verzion}\" } }") == [
                "tools/x.yaml:10: /refresh/arguments: `look` needs the argument `title`; add it",
                "tools/x.yaml:10: /refresh/set/~1title: `/result/verzion` is not in the output of "
                    + "`look`; did you mean \"version\"?",
            ])
        #expect(
            try problems(
                "verify: { tool: look, \(title), found: true, result: { a: { $from: /result/id }}}"
            ) == [
                "tools/x.yaml:10: /verify/result/a/$from: `/result/id` is not in the output of "
                    + "`look`; it declares no `id`"
            ])
    }

    @Test func anUndoIsNeverUndoneItself() throws {
        let catalog = try load([
            "a.yaml": Sample.manifest(["z": "compensate: { tool: second, \(title) }"]),
            "b.yaml": Sample.manifest([
                "name": "name: second", "z": "compensate: { tool: third, \(title) }",
            ]),
            "c.yaml": Sample.manifest(["name": "name: third"]),
        ])
        #expect(catalog.problems == [] && catalog.tools.count == 3)
        #expect(
            catalog.warnings.map(\.description) == [
                "tools/a.yaml:10: /compensate/tool: `second` names `compensate` itself, which does "
                    + "not run here: an undo is never undone itself"
            ])
    }

    @Test func aRunPinsEveryToolThatMayBeNeeded() throws {
        let catalog = try load([
            "a.yaml": Sample.manifest([
                "x": "verify: { tool: find, \(title), found: true }",
                "y": "after: { tool: look, \(title), expect: true }",
                "z": "refresh: { tool: current, \(title), set: { /title: x } }",
                "c": "compensate: { tool: undo, \(title) }",
            ]),
            "b.yaml": read("find"), "c.yaml": read("look"), "d.yaml": read("current"),
            "e.yaml": Sample.manifest([
                "name": "name: undo", "z": "verify: { tool: deep, \(title), found: true }",
            ]),
            "f.yaml": read("deep"), "g.yaml": read("other"),
        ])
        #expect(catalog.problems == [])
        let tool = try #require(catalog.tool(named: ToolName("make_note")))
        #expect(
            catalog.pins(of: [tool]).map(\.tool.text)
                == ["current", "deep", "find", "look", "make_note", "undo"])
        for own in catalog.tools {
            #expect(catalog.pins(of: own) == catalog.pins(of: [own]))
            #expect(catalog.tool(digest: own.manifest.digest) === own)
        }
        let other = try load([
            "a.yaml": Sample.manifest(["z": "compensate: { tool: undo, \(title) }"]),
            "e.yaml": Sample.manifest(["name": "name: undo"]),
        ])
        // A version that this catalog does not have pins what it names as it is here.
        let foreign = try #require(other.tool(named: ToolName("make_note")))
        #expect(catalog.tool(digest: foreign.manifest.digest) == nil)
        #expect(catalog.pins(of: foreign).map(\.tool.text) == ["deep", "make_note", "undo"])
    }

    /// A write is irreversible unless it says otherwise, for people and other manifests too.
    @Test(arguments: [
        "effect: { kind: write }", "effect: { kind: write, reversibility: irreversible }",
        "effect: { kind: write, delivery: transactional }\nagent: false",
        "effect: { kind: write }\napproval: none",
    ])
    func whatNothingHoldsIsRefused(effect: String) throws {
        let catalog = try load([
            "a.yaml": Sample.manifest(["effect": effect]), "b.yaml": read("look"),
        ])
        #expect(
            catalog.problems.map(\.description) == [
                "tools/a.yaml:8: /effect: an irreversible write that nothing holds is refused (a "
                    + "write is irreversible unless it says otherwise); add `approval: { by: "
                    + "[requester] }` or a rule that asks for a yes, or say `reversibility: "
                    + "reversible` or `partial` where that is true"
            ])
        #expect(catalog.tools.map(\.name.text) == ["look"])
    }

    @Test(arguments: [
        "effect: { kind: write }\napproval: { by: [requester] }", "effect: { kind: read }",
        "effect: { kind: write, reversibility: partial }",
        "effect: { kind: write, reversibility: reversible }",
    ])
    func whatIsHeldOrCanBeUndoneIsNot(effect: String) throws {
        let catalog = try load(["a.yaml": Sample.manifest(["effect": effect])])
        #expect(catalog.problems == [] && catalog.tools.count == 1)
    }

    /// An earlier release took it, and its call may still have to be found out or undone.
    @Test func aPinnedManifestIsRevivedWhateverHoldsIt() throws {
        let pinned = try Sample.read(Sample.manifest(["effect": "effect: { kind: write }"]))
        let revived = try load(["b.yaml": read("look")]).tool(fromPinned: pinned.content)
        #expect(revived.manifest.tool.reversibility == .irreversible)
    }
}
