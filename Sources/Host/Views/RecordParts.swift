// What views ask of a record: its payloads, and its leaf's parts.

import Engine
import JSON

extension Record {
    var payloads: [PayloadRef] { event.payloads }

    /// The word of the event's kind, as the leaf has it.
    var kind: String { leaf["kind"]?.stringValue ?? "" }
    var attempt: Int? { leaf["attempt"]?.intValue }
    var body: JSONValue { leaf["body"] ?? [:] }
}
