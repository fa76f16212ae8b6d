// Tasks and the questions that a client puts to its user for a server, as plain values, free of any
// protocol version. Reading and writing them is done elsewhere.

package import JSON

/// The handle of a call that goes on without its request.
package struct TaskID: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// Nil for what is too long to be one of ours.
    package init?(_ text: String) {
        guard text.utf8.count <= MCPLimits.taskIDBytes else { return nil }
        self.text = text
    }

    package var description: String { text }
}

/// A question about a task. Whether there is one, and whose, is the host's to say.
package enum TaskRequest: Hashable, Sendable {
    /// Answer with `.task` or `.unknownTask`.
    case get(TaskID)
    /// Answer with `.acknowledged` or `.unknownTask`. The responses are those of a client that can
    /// ask its user, by key; of others there are none.
    case update(TaskID, InputResponses)
    /// Answer with `.acknowledged` or `.unknownTask`.
    case cancel(TaskID)
}

/// A task as it stands. There is none that failed: what a tool says of its failure is a result.
package struct TaskView: Hashable, Sendable {
    package enum Standing: Hashable, Sendable {
        case working
        /// A client that cannot put this to its user is told that the task works.
        case inputRequired(Question)
        case completed(ToolResult)
        case cancelled
    }

    package var id: TaskID
    package var standing: Standing
    /// Who or what it waits for, or what came of it, in words.
    package var message: String?
    package var createdAt: String
    package var lastUpdatedAt: String
    /// How soon it is worth asking again; left out of a task that has ended.
    package var pollIntervalMs: Int

    package init(
        id: TaskID, standing: Standing, message: String?, createdAt: String,
        lastUpdatedAt: String, pollIntervalMs: Int
    ) {
        self.id = id
        self.standing = standing
        self.message = message
        self.createdAt = createdAt
        self.lastUpdatedAt = lastUpdatedAt
        self.pollIntervalMs = pollIntervalMs
    }
}

/// A form for the client's user, under a key that never means another question.
package struct Question: Hashable, Sendable {
    package var key: String
    package var form: QuestionForm

    package init(key: String, form: QuestionForm) {
        self.key = key
        self.form = form
    }
}

package struct QuestionForm: Hashable, Sendable {
    package var message: String
    /// An object whose properties are flat, which is all that clients can show.
    package var schema: JSONValue

    package init(message: String, schema: JSONValue) {
        self.message = message
        self.schema = schema
    }
}

/// What a client's user said to a form. Nothing vouches that a user was asked at all.
package enum QuestionAnswer: Hashable, Sendable {
    case accepted(JSONObject)
    /// An explicit no.
    case declined
    /// The user turned away without deciding.
    case dismissed
    /// No answer that can be read, or none was possible.
    case unusable(reason: String)
}

/// What a client sends with the repetition of a request that had asked for something.
package struct InputReply: Hashable, Sendable {
    package var requestState: String
    package var responses: InputResponses

    package init(requestState: String, responses: InputResponses) {
        self.requestState = requestState
        self.responses = responses
    }
}

/// What came back for questions, by their keys.
package struct InputResponses: Hashable, Sendable {
    private let members: JSONObject

    package static let none = InputResponses([:])

    package init(_ members: JSONObject) { self.members = members }

    /// Nil where that question was not answered.
    package subscript(key: String) -> QuestionAnswer? { members[key].map(QuestionAnswer.init) }
}

extension QuestionAnswer {
    init(_ result: JSONValue) {
        switch result["action"]?.stringValue {
        case "accept":
            let content = result["content"] ?? [:]
            guard let members = content.objectValue else {
                self = .unusable(reason: "content must be an object, not \(content.kindName)")
                return
            }
            self = .accepted(members)
        case "decline": self = .declined
        case "cancel": self = .dismissed
        case _: self = .unusable(reason: "action must be accept, decline or cancel")
        }
    }
}
