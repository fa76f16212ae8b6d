// What views ask of a record: its payloads, and its leaf's parts.

import Engine
import JSON

extension Record {
    var payloads: [PayloadRef] { event.payloads }

    /// The word of the event's kind, as the leaf has it.
    var kind: String { event.kind.rawValue }
    var attempt: Int? { event.attempt }
    var body: JSONValue { .object(event.body) }
}
