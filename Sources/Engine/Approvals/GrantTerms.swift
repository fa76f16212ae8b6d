// What a grant allows, as it is asked for and as it lies in the journal.

package import JSON
import JSONSchema
package import Proofs

package enum GrantTerms: Hashable, Sendable {
    case templated(Template)
    case batch([HeldAction])

    package struct Template: Hashable, Sendable {
        package let tool: ToolName
        package let profile: String
        /// Nil: whoever the agent works for.
        package let person: String?
        /// A JSON Schema that a call's arguments must satisfy.
        package let arguments: JSONValue
        package let count: Int
        package let sum: Sum?
        package let standsMs: Int64

        package init(
            tool: ToolName, profile: String, person: String?, arguments: JSONValue, count: Int,
            sum: Sum?, standsMs: Int64
        ) {
            self.tool = tool
            self.profile = profile
            self.person = person
            self.arguments = arguments
            self.count = count
            self.sum = sum
            self.standsMs = standsMs
        }
    }

    /// At most `max` in all, of what a field of the arguments says.
    package struct Sum: Hashable, Sendable {
        package let of: JSONPointer
        package let max: Amount

        package init(of: JSONPointer, max: Amount) {
            self.of = of
            self.max = max
        }

        /// What a call takes of it; nil where its arguments do not say it exactly.
        func amount(of arguments: JSONObject) -> Amount? {
            guard case .number(let number)? = of.resolve(in: .object(arguments)),
                let micros = number.int(scaledByTenTo: 6), micros >= 0
            else { return nil }
            return Amount(micros: Int64(micros))
        }
    }

    /// A held call as it was when the batch was asked for.
    package struct HeldAction: Hashable, Sendable {
        package let approval: ApprovalID
        package let digest: Digest
    }
}

extension GrantTerms {
    /// As it lies in the journal: the arguments of the grant's call.
    var json: JSONObject {
        switch self {
        case .templated(let template):
            var json: JSONObject = [
                "tool": .string(template.tool.text), "profile": .string(template.profile),
                "arguments": template.arguments, "count": .integer(template.count),
                "stands_ms": .integer(Int(template.standsMs)),
            ]
            json.set("on_behalf_of", template.person)
            if let sum = template.sum {
                json["sum"] = [
                    "of": .string(sum.of.description),
                    // In millionths, as text: exact whatever its size.
                    "max_micros": .string(String(sum.max.micros)),
                ]
            }
            return json
        case .batch(let actions):
            return [
                "actions": .array(
                    actions.map {
                        [
                            "approval": .string($0.approval.text),
                            "digest": .string($0.digest.hex),
                        ]
                    })
            ]
        }
    }

    package init(reading value: JSONValue) throws(JSONShapeError) {
        let reader = try ObjectReader(value)
        if let written = try reader.optionalArray("actions") {
            var actions: [HeldAction] = []
            for value in written {
                let action = try ObjectReader(value)
                actions.append(
                    HeldAction(
                        approval: try action.minted("approval"),
                        digest: try action.digest("digest")))
            }
            self = .batch(actions)
            return
        }
        var sum: Sum?
        if let written = try reader.optionalObject("sum") {
            guard let micros = Int64(try written.string("max_micros")), micros >= 0 else {
                throw written.error("max_micros", "an amount in millionths")
            }
            sum = Sum(of: try written.jsonPointer("of"), max: Amount(micros: micros))
        }
        guard try reader.int("count") >= 0 else { throw reader.error("count", "no less than 0") }
        self = .templated(
            Template(
                tool: ToolName(try reader.string("tool")), profile: try reader.string("profile"),
                person: try reader.optionalString("on_behalf_of"),
                arguments: try reader.value("arguments"), count: try reader.int("count"),
                sum: sum, standsMs: Int64(try reader.int("stands_ms"))))
    }
}

extension ObjectReader {
    fileprivate func jsonPointer(_ name: String) throws(JSONShapeError) -> JSONPointer {
        do {
            return try JSONPointer(parsing: try string(name))
        } catch let error as JSONShapeError {
            throw error
        } catch {
            throw self.error(name, "a JSON Pointer")
        }
    }
}

/// What a templated grant has been used for so far: each call that rests on it and is not known to
/// have come to nothing.
struct GrantUse: Hashable {
    private(set) var calls: [(call: String, micros: Int64)] = []

    static func == (a: GrantUse, b: GrantUse) -> Bool { a.bytes == b.bytes }
    func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    var count: Int { calls.count }

    /// As much as there can be where it is more than fits.
    var sum: Amount {
        var total: Int64 = 0
        for call in calls {
            let (next, overflow) = total.addingReportingOverflow(call.micros)
            total = overflow ? .max : next
        }
        return Amount(micros: total)
    }

    mutating func add(_ call: CallID, _ amount: Amount) {
        remove(call)
        calls.append((call.text, amount.micros))
    }

    mutating func remove(_ call: CallID) { calls.removeAll { $0.call == call.text } }

    var bytes: [UInt8] {
        JSONValue.object(
            JSONObject(calls.map { ($0.call, .string(String($0.micros))) })
        ).compactBytes()
    }

    init() {}

    init(reading bytes: [UInt8]) throws(JournalFault) {
        do {
            for member in try ObjectReader(try JSONParser.parse(bytes)).object {
                guard let text = member.value.stringValue, let micros = Int64(text), micros >= 0
                else {
                    throw JournalFault(.corrupt, "What a grant was used for cannot be read.")
                }
                calls.append((member.name, micros))
            }
        } catch let fault as JournalFault {
            throw fault
        } catch {
            throw JournalFault(.corrupt, "What a grant was used for cannot be read.")
        }
    }
}
