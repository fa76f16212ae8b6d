// A record: one event with its place, time and actor, as the leaf that DESIGN section 8 fixes.
// Version 1 must decode for ever; golden files in the tests hold it to that.

package import JSON
import Proofs

package struct Record: Hashable, Sendable {
    package static let version = 1

    package let index: Int
    package let at: Instant
    package let run: RunID
    package let actor: Actor
    package let event: Event

    package init(index: Int, at: Instant, run: RunID, actor: Actor, event: Event) {
        self.index = index
        self.at = at
        self.run = run
        self.actor = actor
        self.event = event
    }

    /// The leaf's exact bytes: `{v, i, at, kind, run, call?, attempt?, actor, body, payloads}` as
    /// canonical JSON, whose members stand in the order of their names.
    package var leaf: [UInt8] {
        let parts = EventParts(event)
        var leaf = JSONBytes(capacity: 1_024)
        leaf.beginObject()
        leaf.name("actor")
        leaf.beginObject()
        leaf.member("kind", actor.kind.rawValue)
        leaf.member("name", actor.name)
        leaf.endObject()
        leaf.member("at", at.description)
        leaf.member("attempt", parts.attempt)
        leaf.name("body")
        do {
            try leaf.canonical(parts.body)
        } catch {
            preconditionFailure("A leaf holds no number without a canonical form: \(error).")
        }
        leaf.member("call", parts.call?.text)
        leaf.member("i", index)
        leaf.member("kind", parts.kind.rawValue)
        leaf.name("payloads")
        leaf.beginArray()
        for payload in parts.payloads { leaf.append(payload) }
        leaf.endArray()
        leaf.member("run", run.text)
        leaf.member("v", Record.version)
        leaf.endObject()
        return leaf.finished()
    }

    /// The leaf and its hash in the tree.
    package func stored(sequence: Int) -> StoredRecord {
        let leaf = leaf
        return StoredRecord(
            index: index, run: run, sequence: sequence, leaf: leaf,
            leafHash: MerkleTree.leafHash(of: leaf))
    }
}

/// A leaf that cannot be read: written by a newer release, or damaged.
package struct RecordError: Error, Hashable, Sendable {
    package enum Code: Sendable { case newerVersion, unknownKind, malformed }
    package let code: Code
    package let message: String
}

extension Record {
    /// Reads a leaf's bytes.
    package init(leaf bytes: [UInt8]) throws(RecordError) {
        let reader: ObjectReader
        let version: Int
        let word: String
        do {
            reader = try ObjectReader(try Record.parsed(bytes))
            version = try reader.int("v")
            word = try reader.string("kind")
        } catch {
            throw RecordError(shape: error)
        }
        guard version == Record.version else {
            throw RecordError(
                code: .newerVersion,
                message: "A record of version \(version) was written by a newer release; "
                    + "read it with that release.")
        }
        guard let kind = EventKind(rawValue: word) else {
            throw RecordError(
                code: .unknownKind,
                message: "A record of kind \(word) was written by a newer release; read it with "
                    + "that release.")
        }
        do {
            try self.init(reader, kind)
        } catch {
            throw RecordError(shape: error)
        }
    }

    private static func parsed(_ bytes: [UInt8]) throws(JSONShapeError) -> JSONValue {
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw JSONShapeError(pointer: .root, expected: "JSON", found: error.message)
        }
    }

    private init(_ reader: ObjectReader, _ kind: EventKind) throws(JSONShapeError) {
        let actor = try reader.object("actor")
        var payloads: [PayloadRef] = []
        for (index, value) in try reader.array("payloads").enumerated() {
            let place = reader.pointer.appending("payloads").appending(index: index)
            payloads.append(try PayloadRef(reading: try ObjectReader(value, at: place)))
        }
        self.init(
            index: try reader.int("i"), at: try reader.instant("at"),
            run: try reader.minted("run"),
            actor: Actor(try actor.word("kind"), try actor.string("name")),
            event: try Event(kind: kind, reader, payloads: payloads))
    }
}

extension JSONBytes {
    /// As canonical JSON has it: members in the order of their names.
    fileprivate mutating func append(_ payload: PayloadRef) {
        beginObject()
        member("bytes", payload.byteCount)
        member("class", payload.kind.rawValue)
        member("commit", hex: payload.commitment.digest.bytes)
        member("name", payload.name.rawValue)
        endObject()
    }
}

extension RecordError {
    fileprivate init(shape: JSONShapeError) {
        self.init(code: .malformed, message: "A record: \(shape.message)")
    }
}
