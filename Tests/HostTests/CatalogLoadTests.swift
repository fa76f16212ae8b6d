// The catalog: what loads beside what is broken, what manifests say of one another, what a
// profile sees, what is revived from a pin, and what `check` reports of it all.

import Engine
import Foundation
import Host
import JSON
import Testing

struct CatalogLoadTests {
    private func project(
        _ files: [String: String], allow: String = "make_note", extra: String = ""
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(
            "holdfast.yaml",
            "tools: [tools]\ndatabases: { workspace: { sqlite: w.db } }\n"
                + "profiles: { p: { allow: [\(allow)] } }\n" + extra)
        for (name, text) in files { try folder.write("tools/" + name, text) }
        return folder
    }

    private func load(_ folder: TemporaryFolder) throws -> Catalog {
        let surroundings = folder.surroundings()
        let configuration = try Configuration.load(explicit: nil, in: surroundings)
        return Catalog.load(configuration, kinds: FakeKind.all, in: surroundings)
    }

    private static let reading = "effect: { kind: read }"

    private func read(_ name: String) -> String {
        Sample.manifest(["name": "name: \(name)", "effect": Self.reading])
    }

    @Test func brokenManifestsLeaveTheOthers() throws {
        let folder = try project([
            "a.yaml": Sample.manifest(), "b.yaml": "name: broken\n\teffect: 1",
            "c.json": "{", "d.yml": read("look"), "notes.txt": "not a manifest", ".e.yaml": "{",
        ])
        let catalog = try load(folder)
        #expect(catalog.tools.map(\.name.text) == ["look", "make_note"])
        #expect(catalog.files == ["tools/a.yaml", "tools/b.yaml", "tools/c.json", "tools/d.yml"])
        #expect(catalog.problems.map(\.file) == ["tools/b.yaml", "tools/c.json"])
    }

    @Test func connectorsAreMadeAndTheirProblemsPlaced() throws {
        let folder = try project([
            "a.yaml": Sample.manifest(),
            "b.yaml": Sample.manifest([
                "name": "name: odd",
                "connector": "connector:\n  kind: command\n  refuse: no such program",
            ]),
        ])
        let catalog = try load(folder)
        #expect(
            catalog.problems.map(\.description)
                == ["tools/b.yaml:11: /connector/refuse: no such program"])
        let fake = try #require(
            catalog.tool(named: ToolName("make_note"))?.connector as? FakeConnector)
        #expect(fake.context.folder == folder.path + "/tools")
        #expect(fake.context.databases == ["workspace": folder.path + "/w.db"])
        #expect(fake.context.tool == ToolName("make_note"))
    }

    @Test func kindsThatAreNotGivenAreRefused() throws {
        let folder = try project(["a.yaml": Sample.manifest()])
        let surroundings = folder.surroundings()
        let catalog = Catalog.load(
            try Configuration.load(explicit: nil, in: surroundings),
            kinds: [FakeKind(name: "none")], in: surroundings)
        #expect(
            catalog.problems.map(\.description)
                == ["tools/a.yaml:9: /connector/kind: this host has no connector `sql`"])
    }

    @Test func ofTwoWithOneNameNeitherLoads() throws {
        let folder = try project([
            "a.yaml": Sample.manifest(), "b.yaml": Sample.manifest(), "c.yaml": read("look"),
        ])
        let catalog = try load(folder)
        #expect(catalog.tools.map(\.name.text) == ["look"])
        #expect(
            catalog.problems.map(\.description) == [
                "tools/a.yaml:1: /name: the name `make_note` is also that of tools/b.yaml; "
                    + "rename one",
                "tools/b.yaml:1: /name: the name `make_note` is also that of tools/a.yaml; "
                    + "rename one",
            ])
    }

    @Test func namedToolsMustBeThereAndOfTheRightKind() throws {
        func refusal(_ line: String) throws -> [String] {
            let folder = try project([
                "look.yaml": read("look"),
                "undo.yaml": Sample.manifest(["name": "name: undo"]),
                "x.yaml": Sample.manifest(["z": line]),
            ])
            return try load(folder).problems.map(\.description)
        }
        let title = "arguments: { title: x }"
        #expect(try refusal("after: { tool: look, \(title), expect: true }") == [])
        #expect(try refusal("compensate: { tool: undo, \(title) }") == [])
        #expect(
            try refusal("after: { tool: undo, \(title), expect: true }")
                == [
                    "tools/x.yaml:10: /after/tool: `undo` is a write; `after` may only name a read"
                ])
        #expect(
            try refusal("compensate: { tool: look, \(title) }") == [
                "tools/x.yaml:10: /compensate/tool: `look` is a read, which undoes nothing; "
                    + "name a write"
            ])
        #expect(
            try refusal("verify: { tool: loook, found: true, \(title) }") == [
                "tools/x.yaml:10: /verify/tool: there is no tool `loook`; did you mean \"look\"?"
            ])
        #expect(
            try refusal("verify: { tool: look, found: true, arguments: { titel: x } }") == [
                "tools/x.yaml:10: /verify/arguments/titel: `look` has no argument `titel`; "
                    + "did you mean \"title\"?",
                "tools/x.yaml:10: /verify/arguments: `look` needs the argument `title`; add it",
            ])
    }

    @Test func refusingOneRefusesThoseThatNeedIt() throws {
        let folder = try project([
            "a.yaml": Sample.manifest([
                "z": "compensate: { tool: second, arguments: { title: x } }"
            ]),
            "b.yaml": Sample.manifest([
                "name": "name: second",
                "z": "compensate: { tool: third, arguments: { title: x } }",
            ]),
            "c.yaml": "name: third",
        ])
        let catalog = try load(folder)
        #expect(catalog.tools.isEmpty)
        #expect(
            catalog.problems.filter { $0.file != "tools/c.yaml" }.map(\.description) == [
                "tools/b.yaml:10: /compensate/tool: `third` is refused for problems of its own; "
                    + "mend its manifest first",
                "tools/a.yaml:10: /compensate/tool: `second` is refused for problems of its own; "
                    + "mend its manifest first",
            ])
    }

    @Test func profilesNameToolsThatExist() throws {
        let folder = try project(
            ["a.yaml": Sample.manifest(), "b.yaml": "name: broken"],
            allow: "make_note, broken, make_noet, run_begin, nothing_like_it")
        #expect(
            try load(folder).problems.filter { $0.file == "holdfast.yaml" }.map(\.description) == [
                "holdfast.yaml:3: /profiles/p/allow/2: there is no tool `make_noet`; "
                    + "did you mean \"make_note\"?",
                "holdfast.yaml:3: /profiles/p/allow/3: `run_begin` is one of the host's own "
                    + "tools, which are always there; remove it",
                "holdfast.yaml:3: /profiles/p/allow/4: there is no tool `nothing_like_it`; "
                    + "add its manifest or remove the name",
            ])
    }

    @Test func aProfileSeesWhatItMayCall() throws {
        let hidden = Sample.manifest(["name": "name: hidden", "agent": "agent: false"])
        let folder = try project(
            [
                "a.yaml": Sample.manifest(), "b.yaml": hidden, "c.yaml": read("look"),
                "d.yaml": read("zoom"),
            ],
            allow: "zoom, make_note, hidden")
        let catalog = try load(folder)
        let profile = try Configuration.load(explicit: nil, in: folder.surroundings())
            .profile(named: nil)
        #expect(catalog.tools(for: profile).map(\.name.text) == ["make_note", "zoom"])
        #expect(catalog.allowed(by: profile).map(\.name.text) == ["hidden", "make_note", "zoom"])
    }

    @Test func aPinnedManifestIsRevived() throws {
        let folder = try project(["a.yaml": Sample.manifest()])
        let old = try #require(try load(folder).tool(named: ToolName("make_note"))).manifest
        try folder.write("tools/a.yaml", Sample.manifest(["version": "version: '2'"]))
        let catalog = try load(folder)
        #expect(catalog.tool(digest: old.digest) == nil)
        let revived = try catalog.tool(fromPinned: old.content)
        #expect(revived.manifest.digest == old.digest)
        #expect(revived.folder == folder.path + "/tools")
        let current = try #require(catalog.tool(named: ToolName("make_note")))
        #expect(catalog.tool(digest: current.manifest.digest)?.name == current.name)
        // Content that a newer release wrote is refused in words, without lines.
        let problems = #expect(throws: Problems.self) {
            try catalog.tool(fromPinned: ["name": "make_note", "sandbox": [:]])
        }
        #expect(
            problems?.all.first?.description
                == "pinned manifest of make_note: /sandbox: `sandbox` is not enforced by this "
                + "release yet; remove it")
    }

    @Test func manifestsAreCounted() throws {
        let folder = try project(["a.yaml": Sample.manifest()])
        for index in 0..<CatalogLimits.maxManifests { try folder.write("tools/n\(index).yaml", "") }
        let problems = try load(folder).problems
        #expect(
            problems.first?.description
                == "tools: there are 1001 manifests, more than 1000; the rest is left out")
    }
}

struct CatalogCheckTests {
    private func check(_ folder: TemporaryFolder, _ paths: String...) -> CheckReport {
        CheckReport.make(
            paths: paths, explicitConfig: nil, kinds: FakeKind.all, in: folder.surroundings())
    }

    @Test func theBuiltinDefaultIsGood() throws {
        let report = check(try TemporaryFolder())
        #expect(report.problems == [])
        #expect(report.files.count == 21)
        #expect(report.warnings == [])
    }

    @Test func aNewProjectIsGood() throws {
        let folder = try TemporaryFolder()
        #expect(try ProjectWriter.write(into: folder.path).written.count == 21)
        #expect(check(folder).problems == [])
        #expect(check(folder, ".").problems == [])
        #expect(check(folder, "tools").files.count == 20)
        let one = check(folder, "tools/create_internal_task.yaml")
        #expect(one.problems == [] && one.files == ["tools/create_internal_task.yaml"])
    }

    @Test func onlyWhatWasAskedForIsReported() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "holdfast.yaml", "tools: [tools]\nprofiles: { p: { allow: [nobody] } }\n")
        try folder.write("tools/bad.yaml", "name: bad")
        try folder.write("tools/good.yaml", Sample.manifest())
        try folder.write("desk.yaml", "tools: [tools]\nprofiles: {}\n")
        #expect(check(folder, "tools/good.yaml").isGood)
        #expect(check(folder, "tools/bad.yaml").problems.allSatisfy { $0.file == "tools/bad.yaml" })
        #expect(Set(check(folder).problems.map(\.file)) == ["holdfast.yaml", "tools/bad.yaml"])
        #expect(
            check(folder, "desk.yaml", "none.yaml").text == """
                desk.yaml:2: /profiles: names no profile; add one with the tools it may call
                none.yaml: this file cannot be opened: No such file or directory
                2 files checked, 2 problems, 0 warnings
                """)
        #expect(
            check(folder, "desk.yaml").json.compactText
                == #"{"files":["desk.yaml"],"problems":[{"file":"desk.yaml","line":2,"#
                + #""path":"/profiles","message":"names no profile; add one with the tools it "#
                + #"may call"}],"warnings":[]}"#)
    }

    @Test func writingAProjectTouchesNothingThatIsThere() throws {
        let folder = try TemporaryFolder()
        try folder.write("desk/holdfast.yaml", "mine")
        let path = folder.path + "/desk"
        let first = try ProjectWriter.write(into: path)
        #expect(first.kept == [path + "/holdfast.yaml"] && first.written.count == 20)
        let second = try ProjectWriter.write(into: path)
        #expect(second.written == [] && second.kept.count == 21)
        let text = try String(contentsOfFile: path + "/holdfast.yaml", encoding: .utf8)
        #expect(text == "mine")
        let names = try FileManager.default.contentsOfDirectory(atPath: path + "/tools")
        #expect(names.sorted() == BuiltinTools.files.map(\.name))
        try folder.write("file", "")
        let problem = #expect(throws: Problem.self) {
            try ProjectWriter.write(into: folder.path + "/file")
        }
        #expect(problem?.message.contains("cannot be made a folder") == true)
    }
}
