// The record on disk, version 1: golden lines that must decode for ever, and what is refused.

import JSON
import Proofs
import Testing

@testable import Engine

struct RecordFormatTests {
    private static let file = "events-v1.jsonl"
    private static let hashes = "leaf-hashes-v1.txt"

    private func lines() throws -> [[UInt8]] {
        try Golden.text(Self.file).utf8.split(separator: 0x0a).map { Array($0) }
    }

    @Test func everyKindIsWrittenAsTheGoldenLinesSay() throws {
        let text = EventSamples.records.map {
            String(decoding: $0.stored(sequence: 0).leaf, as: UTF8.self) + "\n"
        }
        try Golden.compare(text.joined(), with: Self.file)
    }

    @Test func everyGoldenLineDecodesToItsEventAndIsWrittenBackByteForByte() throws {
        let lines = try lines()
        try #require(lines.count == EventSamples.records.count)
        for (line, expected) in zip(lines, EventSamples.records) {
            let record = try Record(leaf: line)
            #expect(record == expected)
            let text = String(decoding: line, as: UTF8.self)
            #expect(record.stored(sequence: 0).leaf == line, "\(text)")
            #expect(line.count <= Limits.leafBytes)
        }
    }

    @Test func everyKindStandsInTheGoldenFile() throws {
        let kinds = try lines().map { EventParts(try Record(leaf: $0).event).kind }
        #expect(Set(kinds) == Set(EventKind.allCases))
    }

    @Test func aLeafsHashIsThatOfItsBytesUnderTheLeafPrefix() throws {
        let golden = try Golden.text(Self.hashes).split(separator: "\n").map(String.init)
        #expect(golden.count == EventSamples.records.count)
        for (record, hash) in zip(EventSamples.records, golden) {
            let stored = record.stored(sequence: 0)
            #expect(stored.leafHash.hex == hash)
            #expect(stored.leafHash == Digest.sha256([0], stored.leaf))
        }
    }

    /// What a leaf that this release wrote becomes when one thing in it is different.
    private func code(_ from: String, _ to: String) throws -> RecordError.Code? {
        let leaf = EventSamples.records[10].stored(sequence: 0).leaf
        let text = String(decoding: leaf, as: UTF8.self)
        let changed = text.replacing(from, with: to)
        try #require(changed != text, "\(from) does not stand in \(text)")
        do {
            _ = try Record(leaf: Array(changed.utf8))
            return nil
        } catch let error {
            return error.code
        }
    }

    @Test func aNewerVersionAndAnUnknownKindAreSaidToBeNewer() throws {
        #expect(try code(#""v":1"#, #""v":2"#) == .newerVersion)
        #expect(try code(#""v":1"#, #""v":0"#) == .newerVersion)
        #expect(try code(#""approval_requested""#, #""approval_sung""#) == .unknownKind)
    }

    @Test(arguments: [
        (#""v":1"#, #""v":"1""#), (#""v":1"#, #""w":1"#), (#""v":1"#, #""v":1,"v":1"#),
        (#""i":10"#, #""i":1.5"#), (#""kind""#, #""kinds""#), ("run_", "ran_"),
        (#""person""#, #""ghost""#), (#"T0"#, "t0"), (#""call":"#, #""cell":"#),
        (#""action":""#, #""action":"g"#), (#""decide_by""#, #""decide_at""#),
        (#""payloads":[]"#, #""payloads":[1]"#), (#""payloads":[]"#, #""payloads":{}"#),
        ("}", "]"), (#"{"actor""#, #"["actor""#), (#""body":{"#, #""body":1,"bod":{"#),
    ])
    func aDamagedLeafIsMalformed(_ from: String, _ to: String) throws {
        #expect(try code(from, to) == .malformed)
    }

    @Test func noBytesAreNoLeaf() {
        for bytes: [UInt8] in [[], [0x7b, 0x7d], [0xff], Array("null".utf8)] {
            #expect(throws: RecordError.self) { try Record(leaf: bytes) }
        }
    }

    @Test func theJournalTellsANewerRecordFromADamagedOne() throws {
        let run = EventSamples.run
        func fault(_ leaf: String) throws -> JournalFault.Code? {
            let stored = StoredRecord(
                index: 0, run: run, sequence: 0, leaf: Array(leaf.utf8),
                leafHash: Digest.sha256([]))
            do {
                _ = try MemoryJournal().read { (reading) throws(JournalFault) in
                    try reading.decoded(stored)
                }
                return nil
            } catch let error {
                return error.code
            }
        }
        #expect(try fault(#"{"v":2,"kind":"x"}"#) == .newer)
        #expect(try fault(#"{"v":1,"kind":"x"}"#) == .newer)
        #expect(try fault(#"{"v":1,"kind":"run_completed"}"#) == .corrupt)
    }
}

/// Nothing in a record may be found by trying likely values.
struct RecordSecrecyTests {
    private static let secrets = [
        "guessable-argument", "guessable-key", "guessable-intent", "guessable-purpose",
        "guessable-summary", "guessable-result", "guessable-error", "guessable-reason",
    ]

    /// A run that passes through every door with payloads of every kind.
    private func journal() throws -> World {
        let world = World()
        let run = try world.begin("guessable-purpose", intent: "guessable-intent").run.id
        let arguments: JSONObject = ["a": "guessable-argument"]
        let tool = Sample.tool(.atMostOnce)
        let first = try world.start(tool, arguments, run: run, key: "guessable-key")
        try world.record(first, .succeeded("guessable-result"))
        let second = try world.start(tool, arguments, run: run)
        try world.cancel(second.call, reason: "guessable-reason")
        try world.record(second, .unknown(reason: "guessable-error"))
        try world.resolve(second.call, .succeeded("guessable-result"), reason: "guessable-reason")
        let fields = Sample.tool(.keyed, fields: ["a"])
        let third = try world.start(fields, arguments, run: run)
        try world.record(third, .failed(Failure(.fatal, "guessable-error")))
        try world.record(third, .succeeded("guessable-result"))
        try world.resolve(third.call, .failed(.fatal), reason: "guessable-reason")
        let held = try world.submit(
            Sample.tool(.natural, approval: Sample.rule), arguments, run: run)
        let approval = try #require(held.view.call.approval).id
        try world.decide(approval, .deny(reason: "guessable-reason"))
        try world.complete(run, summary: "guessable-summary")
        return world
    }

    @Test func argumentsKeysIntentsAndTextsNeverStandInALeafOrAState() throws {
        let world = try journal()
        let kept = try world.journal.read { (reading) throws(JournalFault) in
            var leaves = try reading.log(from: 0, limit: .max).map(\.leaf)
            for (run, state) in try reading.states(label: nil, before: nil, limit: .max) {
                leaves += try reading.run(run, state)?.snapshot.pieces.values.map { $0 } ?? []
            }
            return try leaves
                + reading.keys(prefix: "", after: nil, limit: .max)
                .map { Array($0.name.text.utf8) + $0.value }
        }
        #expect(kept.count > 20)
        for bytes in kept {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("guessable"), "\(text)")
        }
    }

    @Test func noUnsaltedDigestOfAGuessableValueStandsInALeaf() throws {
        let world = try journal()
        var guesses: Set<String> = []
        for secret in Self.secrets {
            let forms: [JSONValue] = [
                .string(secret), ["a": .string(secret)], [.string(secret)],
                ["/a": .string(secret)],
            ]
            for bytes in try forms.map({ try $0.canonicalBytes() }) + [Array(secret.utf8)] {
                guesses.insert(Digest.sha256(bytes).hex)
                guesses.insert(Digest.sha256([0x02], bytes).hex)
            }
        }
        let leaves = try world.journal.read { (reading) throws(JournalFault) in
            try reading.log(from: 0, limit: .max).map(\.leaf)
        }
        for leaf in leaves {
            let text = String(decoding: leaf, as: UTF8.self)
            for guess in guesses { #expect(!text.contains(guess)) }
        }
    }

    @Test func theSameValueIsCommittedToUnderAnotherSaltEachTime() throws {
        let world = World()
        let tool = Sample.tool(.read)
        let first = try world.submit(tool).view.call.arguments.commitment
        let second = try world.submit(tool).view.call.arguments.commitment
        #expect(first != second)
    }

    @Test func everyReferenceInARecordOpensToItsPayload() throws {
        let world = try journal()
        let references = try world.log().flatMap { EventParts($0.event).payloads }
        #expect(references.count > 10)
        for reference in references {
            let payload = try #require(
                try world.journal.read { (reading) throws(JournalFault) in
                    try reading.payload(reference.commitment)
                })
            #expect(payload.bytes.count == reference.byteCount)
            #expect(
                Commitment(canonical: payload.bytes, salt: payload.salt) == reference.commitment)
        }
    }
}
