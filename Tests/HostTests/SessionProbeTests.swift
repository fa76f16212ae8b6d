// Probes beside the attempts of their call: the same call and number, another tool. Neither a
// recording, nor its replay, nor a host confuses them.

import Engine
import Foundation
import JSON
import JSONSchema
import Testing

@testable import Host

@Suite struct SessionProbeTests {
    private let own: Attempt
    private let probe: Attempt

    init() async throws {
        let project = try LoopProject()
        let host = try project.host()
        project.desk.on("note", answers: .unknown(reason: "lost"))
        _ = await host.answer("note", ["title": "x"])
        own = try #require(project.desk.attempts.first)
        probe = Attempt(
            basis: own.basis, call: own.call, number: own.number, owner: own.owner,
            tool: ToolName("look"), manifest: own.manifest, delivery: .read,
            arguments: ["title": "x"], timeoutMs: 1_000, approval: nil)
    }

    private func manifests() throws -> [Manifest] {
        try ["note", "look"].map { try Sample.read(try #require(LoopProject.manifests[$0])) }
    }

    /// What a recording says of a call that was asked for, tried, probed, and answered.
    private func entries(probeEnds: AttemptOutcome?, status: String) throws -> [SessionEntry] {
        let manifests = try manifests()
        var scribe = SessionScribe(manifests, since: Instant(ms: 0))
        let schemas = manifests.map {
            AttemptSchemas(input: $0.inputSchema, output: $0.outputSchema)
        }
        let ids = #""run_id":"\#(own.run)","call_id":"\#(own.call)""#
        var events: [SessionEvent] = [
            SessionSample.call(#"{"title":"x"}"#, tool: "note"), .started(own, schemas[0]),
            .ended(own, .unknown(reason: "lost"), schemas[0]),
        ]
        if let probeEnds {
            events += [.started(probe, schemas[1]), .ended(probe, probeEnds, schemas[1])]
        }
        events.append(
            SessionSample.answer(
                #"{"id":"N-1","holdfast":{"status":"\#(status)",\#(ids)}}"#))
        return events.flatMap { scribe.entries(for: $0) }
    }

    @Test func eachEndIsThatOfItsTool() throws {
        let ends = try entries(probeEnds: .succeeded(["id": "N-1"]), status: "succeeded")
            .compactMap { entry in if case .ended(let end) = entry { end } else { nil } }
        #expect(ends.map(\.tool) == ["note", "look"])
        #expect(Set(ends.map(\.call)).count == 1 && Set(ends.map(\.number)).count == 1)
    }

    /// A probe that answers is how the call came to its end, in this very session.
    @Test(arguments: ["succeeded", "failed"])
    func whatAProbeFoundIsNoDoubt(status: String) throws {
        let found = try entries(probeEnds: .succeeded(["id": "N-1"]), status: status)
        #expect(!SessionSample.isUnplayable(found))
        for nothing in [nil, .failed(Failure(.fatal, "no"))] as [AttemptOutcome?] {
            let told = try entries(probeEnds: nothing, status: status)
            #expect(SessionSample.isUnplayable(told))
        }
    }

    /// What the call's own manifest marks stays marked, whatever the probe's says.
    @Test func aCallsResultIsMaskedByItsOwnManifest() throws {
        var scribe = SessionScribe(try manifests(), since: Instant(ms: 0))
        let marked = try CompiledSchema(
            compiling: ["properties": ["id": ["type": "string", "x-sensitivity": "secret"]]])
        let plain = try CompiledSchema(compiling: ["type": "object"])
        let ids = #""run_id":"\#(own.run)","call_id":"\#(own.call)""#
        let events: [SessionEvent] = [
            SessionSample.call(#"{"title":"x"}"#, tool: "note"),
            .started(own, AttemptSchemas(input: plain, output: marked)),
            .ended(
                own, .unknown(reason: "lost"), AttemptSchemas(input: plain, output: marked)),
            .started(probe, AttemptSchemas(input: plain, output: plain)),
            .ended(probe, .succeeded([:]), AttemptSchemas(input: plain, output: plain)),
            SessionSample.answer(
                #"{"id":"N-4711","holdfast":{"status":"succeeded",\#(ids)}}"#),
        ]
        let written = SessionSample.lines(events.flatMap { scribe.entries(for: $0) })
        #expect(written.contains("(secret 1)") && !written.contains("N-4711"))
    }

    @Test func theDeskGivesEachItsOwnOutcome() async throws {
        let desk = AttemptDesk()
        async let ofOwn = desk.outcome(of: own, StopSignal())
        async let ofProbe = desk.outcome(of: probe, StopSignal())
        desk.release(probe, .succeeded(["id": "probe"]))
        #expect(await ofProbe == .succeeded(["id": "probe"]))
        desk.release(own, .unknown(reason: "lost"))
        #expect(await ofOwn == .unknown(reason: "lost"))
    }

    @Test func oneMayBeUnderWayWithoutTheOther() {
        let running = RunningAttempts()
        let (first, second) = (StopSignal(), StopSignal())
        running.add(own, first)
        running.add(probe, second)
        running.remove(own)
        #expect(!running.contains(own) && running.contains(probe))
        running.stop(own.call)
        #expect(second.isRaised && !first.isRaised)
        running.remove(probe)
        #expect(running.isEmpty)
    }

    @Test func eachHasALeashOfItsOwn() {
        let leashes = LeashLocks(beside: "/s")
        let paths = [leashes.path(of: own), leashes.path(of: probe)]
        #expect(Set(paths).count == 2)
        #expect(
            paths[0] == "/s/leashes/\(own.owner)-\(own.call)-note-\(own.number).lock")
    }
}
