// Tasks and questions as the client of one request is to see them. Tools, and what every result
// says of itself, are in ResultEncoder.swift.

import JSON

extension ResultEncoder {
    /// In place of the result of a call that goes on.
    func createdTask(_ task: TaskView, for abilities: ClientAbilities) -> JSONObject {
        precondition(abilities.hasTasks, "a handle goes only to who has said that it takes one")
        var result = complete(heading(of: task, for: abilities))
        result["resultType"] = "task"
        return result
    }

    func task(_ task: TaskView, for abilities: ClientAbilities) -> JSONObject {
        complete(detailed(task, for: abilities))
    }

    /// All there is to know of a task, what came of it included.
    func detailed(_ task: TaskView, for abilities: ClientAbilities) -> JSONObject {
        var members = heading(of: task, for: abilities)
        switch task.standing {
        case .inputRequired(let question) where abilities.showsForms:
            members["inputRequests"] = inputRequests(question)
        case .completed(let result): members["result"] = .object(toolResult(result))
        case .working, .inputRequired, .cancelled: break
        }
        return members
    }

    private func heading(of task: TaskView, for abilities: ClientAbilities) -> JSONObject {
        let (status, isOver) = status(of: task.standing, for: abilities)
        var members: JSONObject = ["taskId": .string(task.id.text), "status": .string(status)]
        members["statusMessage"] = task.message.map(JSONValue.string)
        members["createdAt"] = .string(task.createdAt)
        members["lastUpdatedAt"] = .string(task.lastUpdatedAt)
        // The record keeps it: there is no time after which it would be gone.
        members["ttlMs"] = .null
        if isOver == false { members["pollIntervalMs"] = .integer(task.pollIntervalMs) }
        return members
    }

    private func status(
        of standing: TaskView.Standing, for abilities: ClientAbilities
    ) -> (name: String, isOver: Bool) {
        switch standing {
        case .inputRequired where abilities.showsForms: ("input_required", false)
        case .working, .inputRequired: ("working", false)
        case .completed: ("completed", true)
        case .cancelled: ("cancelled", true)
        }
    }

    /// In place of the result of a call that needs its user's word first.
    func inputRequired(
        _ question: Question, state: String, for abilities: ClientAbilities
    ) -> JSONObject {
        precondition(
            version.isStateless && abilities.showsForms,
            "only who has said that it can is told to ask its user")
        var result = complete([
            "inputRequests": inputRequests(question), "requestState": .string(state),
        ])
        result["resultType"] = "input_required"
        return result
    }

    private func inputRequests(_ question: Question) -> JSONValue {
        [
            question.key: [
                "method": .string(ElicitationMethod.create),
                "params": .object(parameters(of: question.form)),
            ]
        ]
    }

    func parameters(of form: QuestionForm) -> JSONObject {
        var params: JSONObject = [:]
        if version.hasElicitationModes { params["mode"] = "form" }
        params["message"] = .string(form.message)
        params["requestedSchema"] = form.schema
        return params
    }
}

enum ElicitationMethod {
    static let create = "elicitation/create"
}
