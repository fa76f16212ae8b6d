// What the templates of a connector can point at: the values of one attempt. No rendering here.

import Engine
import Host
import JSON

enum CallRoots {
    static func values(of attempt: Attempt) -> JSONValue {
        [
            "arguments": .object(attempt.arguments),
            "call": ["id": .string(attempt.call.text)],
            "approval": attempt.approval ?? .null,
        ]
    }

    /// For a preview, where the arguments are masked and the rest is not known yet.
    static func values(previewing arguments: JSONObject, call: CallID?) -> JSONValue {
        [
            "arguments": .object(arguments),
            "call": ["id": .string(call?.text ?? "(the call's id)")],
            "approval": ["decision": "(the decision)", "by": "(who decides)"],
        ]
    }
}

extension ValueTemplate {
    /// The value for one attempt; a failure `invalid` where the call lacks what it takes.
    func value(
        for roots: JSONValue, missing: Missing = .empty
    ) throws(AttemptFailure) -> JSONValue {
        do throws(TemplateError) {
            return try render(roots, missing: missing)
        } catch {
            throw AttemptFailure(.invalid, "The arguments do not fit the tool: \(error.message).")
        }
    }
}

extension Attempt {
    /// Only a system that keeps the key beside the effect can make the effect impossible. Any
    /// outcome given for such an attempt elsewhere would be a lie: a failure would say that the
    /// effect is not there, which nobody has looked at.
    func mustBeForTheEffect(of kind: String) {
        precondition(
            purpose == .effect,
            "Only a transactional call is made impossible, and no tool of kind \(kind) has one.")
    }
}

/// A failure that surely had no effect, on its way out of a connector.
struct AttemptFailure: Error {
    let failure: Failure

    init(_ kind: FailureClass, _ message: String) { failure = Failure(kind, message) }
}
