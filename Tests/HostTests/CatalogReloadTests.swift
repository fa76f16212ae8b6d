// Manifests that change while a host lives: what is whole is taken, what is not stays as it was,
// what is gone goes, and a call sees one catalog whatever happens meanwhile.

import Engine
import Foundation
import JSON
import Synchronization
import Testing

@testable import Host

@Suite struct CatalogReloadTests {
    private let folder: TemporaryFolder
    private let tools: LiveCatalog

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            "holdfast.yaml",
            "tools: [tools, one.yaml]\ndatabases: { workspace: { sqlite: w.db } }\n"
                + "profiles: { p: { allow: [make_note, look, single] } }\n")
        try folder.write("tools/a.yaml", Sample.manifest())
        try folder.write("tools/b.yaml", CatalogReloadTests.read("look"))
        try folder.write("one.yaml", CatalogReloadTests.read("single"))
        let surroundings = folder.surroundings()
        tools = LiveCatalog(
            try Configuration.load(explicit: nil, in: surroundings), kinds: FakeKind.all,
            in: surroundings)
        #expect(tools.complaints() == [])
    }

    private static func read(_ name: String, _ description: String = "Looks.") -> String {
        Sample.manifest([
            "name": "name: \(name)", "effect": "effect: { kind: read }",
            "description": "description: \(description)",
        ])
    }

    private static func following(_ name: String, _ target: String) -> String {
        Sample.manifest([
            "name": "name: \(name)",
            "z": "after: { tool: \(target), arguments: { title: x }, expect: true }",
        ])
    }

    private func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: folder.path + "/" + name)
    }

    private func look(_ pause: (Int64) -> Void = { _ in }) -> CatalogChange? {
        tools.look(atMs: CatalogReloadTests.tick(), pause: pause)
    }

    /// Each look of a test comes late enough after the one before.
    private static func tick() -> Int64 { HostClock.system.steadyMs() * 1_000_000 }

    private var names: [String] { tools.current.tools.map(\.name.text) }

    private func description(_ name: String) -> String? {
        tools.current.tool(named: ToolName(name))?.manifest.description
    }

    @Test func nothingChangedIsNothingToTakeUp() {
        let before = tools.current
        #expect(look() == nil)
        #expect(tools.current.tools.map(\.file) == before.tools.map(\.file))
    }

    @Test func aChangedFileIsTakenAndTheOldToolRemembered() throws {
        let old = try #require(tools.current.tool(named: ToolName("look")))
        try folder.write("tools/b.yaml", CatalogReloadTests.read("look", "Looks twice."))
        #expect(description("look") == "Looks.")
        #expect(look()?.summary == "the tools changed: changed: look")
        #expect(description("look") == "Looks twice.")
        #expect(tools.current.tool(digest: old.manifest.digest) == nil)
        #expect(tools.tool(digest: old.manifest.digest)?.manifest.description == "Looks.")
        #expect(tools.complaints() == [])
    }

    @Test func filesThatDidNotChangeKeepTheirConnectors() throws {
        let before = tools.current.candidates.first { $0.tool.name.text == "make_note" }
        try folder.write("tools/b.yaml", CatalogReloadTests.read("look", "Looks twice."))
        _ = look()
        let after = tools.current.candidates.first { $0.tool.name.text == "make_note" }
        #expect(before?.facts == after?.facts)
        #expect(before?.facts != nil)
    }

    @Test func aNewFileAppearsAndARemovedOneGoes() throws {
        try folder.write("tools/c.yaml", CatalogReloadTests.read("zoom"))
        #expect(look()?.summary == "the tools changed: new: zoom")
        try remove("tools/b.yaml")
        try remove("one.yaml")
        #expect(look()?.summary == "the tools changed: gone: look, single")
        #expect(names == ["make_note", "zoom"])
        #expect(tools.complaints().filter { $0.hasPrefix("one.yaml") }.count == 1)
    }

    @Test(arguments: ["", "name: look\n\teffect: 1", "name: look\nnmae: x\n"])
    func aBrokenFileKeepsItsLastGoodVersion(text: String) throws {
        try folder.write("tools/b.yaml", text)
        let change = try #require(look())
        #expect(change.summary == nil)
        #expect(description("look") == "Looks.")
        let told = tools.complaints()
        #expect(!told.isEmpty)
        let check = CheckReport.make(
            paths: [], explicitConfig: nil, kinds: FakeKind.all, in: folder.surroundings())
        let words = check.problems.filter { $0.file == "tools/b.yaml" }.map(\.description)
        #expect(told == words.map { "\($0) (its last good version stays in use)" })
        // Told once, however often another file changes.
        try folder.write("tools/c.yaml", CatalogReloadTests.read("zoom"))
        #expect(look()?.summary == "the tools changed: new: zoom")
        #expect(tools.complaints() == [])
        // Mended, and broken again: that is another change.
        try folder.write("tools/b.yaml", CatalogReloadTests.read("look", "Mended."))
        #expect(look()?.summary == "the tools changed: changed: look")
        #expect(tools.complaints() == [])
        try folder.write("tools/b.yaml", text)
        #expect(look() != nil)
        #expect(description("look") == "Mended.")
        #expect(tools.complaints() == told)
    }

    @Test func aChangeIsNotedBeforeAnybodySeesIt() throws {
        try folder.write("tools/c.yaml", CatalogReloadTests.read("zoom"))
        let order = Mutex<[String]>([])
        let seen = DispatchSemaphore(value: 0)
        let change = tools.look(
            atMs: CatalogReloadTests.tick(), pause: { _ in },
            note: { _ in
                Thread.detachNewThread { [tools] in
                    let isNew = tools.current.tool(named: ToolName("zoom")) != nil
                    order.withLock { $0.append(isNew ? "seen" : "not seen") }
                    seen.signal()
                }
                usleep(100_000)
                order.withLock { $0.append("noted") }
            })
        #expect(change != nil)
        seen.wait()
        #expect(order.withLock(\.self) == ["noted", "seen"])
    }

    @Test func aFileThatWasNeverWholeIsNotOffered() throws {
        try folder.write("tools/c.yaml", "name: zoom")
        _ = look()
        #expect(names == ["look", "make_note", "single"])
        let told = tools.complaints()
        #expect(!told.isEmpty && told.allSatisfy { $0.hasSuffix("(this tool is not offered)") })
    }

    @Test func theFileThatHadANameKeepsIt() throws {
        try folder.write("tools/0.yaml", CatalogReloadTests.read("look", "An impostor."))
        #expect(look()?.summary == nil)
        #expect(description("look") == "Looks.")
        #expect(
            tools.complaints() == [
                "tools/0.yaml:1: /name: the name `look` is also that of tools/b.yaml; rename one "
                    + "(this tool is not offered)"
            ])
        // A file that takes another's name stays what it was.
        try folder.write("tools/a.yaml", CatalogReloadTests.read("look", "Another."))
        _ = look()
        #expect(names == ["look", "make_note", "single"])
        #expect(tools.complaints().filter { $0.hasSuffix("stays in use)") }.count == 1)
        // Once the holder is gone, two are left that nobody had: neither is meant.
        try remove("tools/b.yaml")
        _ = look()
        #expect(names == ["make_note", "single"])
    }

    @Test func linksAreHeldAgainstTheNewTools() throws {
        try folder.write("tools/c.yaml", CatalogReloadTests.following("put", "look"))
        #expect(look()?.summary == "the tools changed: new: put")
        // A new version that names what is not there is not whole: the last good one stays.
        try folder.write("tools/c.yaml", CatalogReloadTests.following("put", "loook"))
        #expect(look()?.summary == nil)
        #expect(
            tools.complaints() == [
                "tools/c.yaml:10: /after/tool: there is no tool `loook`; did you mean \"look\"? "
                    + "(its last good version stays in use)"
            ])
        // What it needs comes later: then it is taken, though its own file is as it was.
        try folder.write("tools/d.yaml", CatalogReloadTests.read("loook"))
        #expect(look()?.summary == "the tools changed: new: loook; changed: put")
        // Without the tool it names it cannot be offered, in any version.
        try remove("tools/d.yaml")
        #expect(look()?.summary == "the tools changed: gone: loook, put")
        #expect(names == ["look", "make_note", "single"])
    }

    @Test func aFolderThatCannotBeReadKeepsItsTools() throws {
        let path = folder.path + "/tools"
        try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: path)
        defer {
            // Else the folder stays behind.
            try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        }
        _ = look()
        #expect(names == ["look", "make_note", "single"])
        if getuid() != 0 { #expect(tools.complaints().count >= 1) }
    }

    @Test func whatIsBeingWrittenIsTakenOnceItHoldsStill() throws {
        let whole = CatalogReloadTests.read("look", "Looks twice.")
        let half = String(whole.prefix(whole.count / 2))
        try folder.write("tools/b.yaml", half)
        // The rest comes while the host waits.
        var pauses = 0
        let change = look { _ in
            pauses += 1
            if pauses == 1 { try? folder.write("tools/b.yaml", whole) }
        }
        #expect(pauses == 2)
        #expect(change?.summary == "the tools changed: changed: look")
        #expect(tools.complaints() == [])
    }

    @Test(arguments: [CatalogLimits.settleLooks - 1, CatalogLimits.settleLooks])
    func whatDoesNotHoldStillIsLeftForTheNextLook(changes: Int) throws {
        try folder.write("tools/b.yaml", CatalogReloadTests.read("look", "Version 0."))
        var pauses = 0
        let change = look { _ in
            pauses += 1
            guard pauses <= changes else { return }
            let text = CatalogReloadTests.read("look", "Version \(pauses).")
            try? folder.write("tools/b.yaml", text)
        }
        let isTaken = changes < CatalogLimits.settleLooks
        #expect((change != nil) == isTaken)
        #expect(description("look") == (isTaken ? "Version \(changes)." : "Looks."))
        #expect((look() != nil) == !isTaken)
        #expect(description("look") == "Version \(changes).")
    }

    @Test func aFileThatIsPutBackWasNeverGone() throws {
        try remove("tools/b.yaml")
        let change = look { _ in
            try? folder.write("tools/b.yaml", CatalogReloadTests.read("look"))
        }
        #expect(change?.summary == nil)
        #expect(names == ["look", "make_note", "single"])
    }

    @Test func filesAreLookedAtAtMostOnceASecond() throws {
        let startMs: Int64 = 5_000
        #expect(tools.look(atMs: startMs, pause: { _ in }) == nil)
        try folder.write("tools/b.yaml", CatalogReloadTests.read("look", "Looks twice."))
        let nextMs = startMs + CatalogLimits.lookEveryMs
        #expect(tools.look(atMs: nextMs - 1, pause: { _ in }) == nil)
        #expect(description("look") == "Looks.")
        #expect(tools.look(atMs: nextMs, pause: { _ in }) != nil)
    }

    @Test func twoDoNotLookAtOnce() throws {
        try folder.write("tools/b.yaml", CatalogReloadTests.read("look", "Looks twice."))
        let later = CatalogReloadTests.tick() * 2
        var inner: CatalogChange?
        let outer = look { _ in inner = inner ?? tools.look(atMs: later, pause: { _ in }) }
        #expect(outer != nil && inner == nil)
    }

    @Test func whatIsPartOfTheProgramIsNotLookedAt() throws {
        let empty = try TemporaryFolder()
        let surroundings = empty.surroundings(home: empty.path)
        let tools = LiveCatalog(
            try Configuration.load(explicit: nil, in: surroundings), kinds: FakeKind.all,
            in: surroundings)
        #expect(!tools.current.tools.isEmpty)
        #expect(tools.look(atMs: 0, pause: { _ in }) == nil)
    }

    @Test func retiredToolsAreRememberedUpToALimit() throws {
        var retired = RetiredTools()
        let tool = try #require(tools.current.tool(named: ToolName("look")))
        var digests: [ManifestDigest] = []
        for number in 0...CatalogLimits.retiredTools {
            let manifest = try Sample.read(CatalogReloadTests.read("look", "Version \(number)."))
            digests.append(manifest.digest)
            retired.add(
                CatalogTool(
                    manifest: manifest, connector: tool.connector, file: "", folder: ""))
            if number == CatalogLimits.retiredTools - 1 { #expect(retired[digests[0]] != nil) }
        }
        #expect(retired[digests[0]] == nil)
        #expect(retired[digests[1]] != nil)
    }
}
