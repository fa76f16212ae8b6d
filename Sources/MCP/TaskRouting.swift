// The params of requests about tasks, and what a repeated request brings along, read once. Which
// method comes here is decided in Routing.swift.

import JSON

enum TaskRouting {
    static func get(_ params: JSONObject, _ envelope: Envelope) throws(ErrorAnswer) -> TaskRequest {
        .get(try task(in: params, envelope))
    }

    static func cancel(
        _ params: JSONObject, _ envelope: Envelope
    ) throws(ErrorAnswer) -> TaskRequest {
        .cancel(try task(in: params, envelope))
    }

    static func update(
        _ params: JSONObject, _ envelope: Envelope
    ) throws(ErrorAnswer) -> TaskRequest {
        guard let given = params["inputResponses"]?.objectValue else {
            throw .invalidParams("params.inputResponses must be an object: answers by their keys")
        }
        let id = try task(in: params, envelope)
        // What was not asked of a client it cannot answer.
        return .update(id, envelope.abilities.showsForms ? InputResponses(given) : .none)
    }

    /// Shape comes before capability: the order of all checks.
    private static func task(
        in params: JSONObject, _ envelope: Envelope
    ) throws(ErrorAnswer) -> TaskID {
        guard let text = params["taskId"]?.stringValue else {
            throw .invalidParams("params.taskId must be a string: the handle of a task")
        }
        guard envelope.abilities.hasTasks else { throw .tasksNotDeclared() }
        guard let id = TaskID(text) else { throw .unknownTask() }
        return id
    }

    /// What a repeated call brings along; nil where it repeats nothing. Answers without a state
    /// answer nothing: whatever is asked here is asked with one.
    static func reply(
        in params: JSONObject, _ envelope: Envelope
    ) throws(ErrorAnswer) -> InputReply? {
        guard envelope.version.isStateless else { return nil }
        let given = params["inputResponses"] ?? [:]
        guard let responses = given.objectValue else {
            throw .invalidParams("params.inputResponses must be an object, not \(given.kindName)")
        }
        guard let state = params["requestState"] else { return nil }
        guard let text = state.stringValue else {
            throw .invalidParams("params.requestState must be a string, not \(state.kindName)")
        }
        guard text.utf8.count <= MCPLimits.requestStateBytes else {
            throw .invalidParams("params.requestState is none that this server gave out")
        }
        let answers = envelope.abilities.showsForms ? InputResponses(responses) : .none
        return InputReply(requestState: text, responses: answers)
    }
}
