// When two calls are the same: the key a call holds, and who holds it already (DESIGN 5.2).

import JSON
import Proofs

/// The call that a new one turns out to be.
struct Existing {
    let run: Run
    let call: Call
    let holder: KeyHolder
}

extension Doors {
    /// The key a call would hold; nil for a read.
    func callKey(of request: SubmitRequest) throws(Rejection) -> CallKey? {
        guard request.tool.delivery.isWrite else { return nil }
        let rules = request.tool.idempotency
        let (source, material) = try keyMaterial(of: request, rules)
        let scope: JSONValue = [
            .string(request.caller.profile), .string(request.caller.person),
            .string(request.tool.name.text), request.run.map { .string($0.text) } ?? .null,
            .string(source.rawValue), material,
        ]
        let same = JSONValue.object(request.arguments.without(rules.ignored))
        return CallKey(
            tag: keyed.tag("key", try exact(scope)), source: source,
            fingerprint: keyed.tag("fingerprint", try exact(same)), windowMs: rules.windowMs)
    }

    private func keyMaterial(
        of request: SubmitRequest, _ rules: Idempotency
    ) throws(Rejection) -> (KeySource, JSONValue) {
        if let given = request.givenKey {
            guard !given.isEmpty else { throw .keyUnusable("it is empty") }
            guard given.utf8.count <= Limits.givenKeyBytes else {
                throw .keyUnusable("it is longer than \(Limits.givenKeyBytes) bytes")
            }
            return (.given, .string(given))
        }
        let arguments = JSONValue.object(request.arguments)
        if rules.fields.isEmpty {
            return (.arguments, .object(request.arguments.without(rules.ignored)))
        }
        var fields: JSONObject = [:]
        for pointer in rules.fields {
            fields[pointer.description] = pointer.resolve(in: arguments)
        }
        return (.fields, .object(fields))
    }

    private func exact(_ value: JSONValue) throws(Rejection) -> [UInt8] {
        do {
            return try value.canonicalBytes()
        } catch {
            throw .argumentNotExact(pointer: error.pointer.description)
        }
    }

    /// Who holds the key at `now`, and in which fields its arguments differ from the request's.
    func holder(
        of key: CallKey?, _ request: SubmitRequest, in journal: any JournalTransaction,
        _ now: Instant
    ) throws(JournalFault) -> Existing? {
        guard let key, let entry = try journal.key(Index.idempotency(key.tag)) else { return nil }
        let place = try CallPlace(reading: entry)
        let known = request.known.flatMap { $0.id == place.run ? $0 : nil }
        guard let run = try journal.run(place.run, known: known), let call = run[place.call] else {
            throw JournalFault(
                .corrupt, "The journal's index names \(place.call), which is not in it.")
        }
        guard call.holdsKey(at: now), let theirs = call.key else { return nil }
        var differing: [String] = []
        if theirs.fingerprint != key.fingerprint {
            differing = try journal.value(call.arguments)
                .map { request.arguments.differing(from: $0, request.tool.idempotency.ignored) }
                ?? ["arguments that have been erased"]
            if differing.isEmpty { differing = ["what the manifest's idempotency looks at"] }
        }
        let holder = KeyHolder(
            call: call.id, fingerprint: theirs.fingerprint, differing: differing)
        return Existing(run: run, call: call, holder: holder)
    }
}

extension JSONObject {
    /// A copy without what the pointers point at. Only members are taken out, never elements.
    func without(_ pointers: [JSONPointer]) -> JSONObject {
        var copy = self
        for pointer in pointers { copy.remove(pointer.tokens[...]) }
        return copy
    }

    private mutating func remove(_ path: ArraySlice<String>) {
        guard let name = path.first else { return }
        if path.count == 1 {
            self[name] = nil
        } else if var inner = self[name]?.objectValue {
            inner.remove(path.dropFirst())
            self[name] = .object(inner)
        }
    }

    /// The top-level members in which the two differ, as pointers, sorted.
    fileprivate func differing(from other: JSONValue, _ ignored: [JSONPointer]) -> [String] {
        let mine = without(ignored)
        let theirs = (other.objectValue ?? [:]).without(ignored)
        let names = Set(mine.names + theirs.names)
        return names.filter { mine[$0] != theirs[$0] }
            .map { JSONPointer(tokens: [$0]).description }.sorted()
    }
}
