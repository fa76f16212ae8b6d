// What a fuzz case knows of lines on a pipe, apart from the sessions: which of them ask for an
// answer, and whether one that was sent is whole.

import JSON
import MCP

enum Wire {
    private static let limits = JSONLimits(
        maxBytes: MCPLimits.lineBytes, maxDepth: MCPLimits.messageDepth,
        maxNodes: MCPLimits.messageValues)

    /// The ids in a received line that must each be answered once.
    static func idsToAnswer(in line: [UInt8], batches: Bool) -> [RequestID] {
        let parsed = Result { () throws(JSONSyntaxError) in
            try JSONParser.parse(line, limits: limits)
        }
        guard case .success(let value) = parsed else { return [] }
        guard let elements = value.arrayValue else {
            return [idToAnswer(in: value)].compactMap(\.self)
        }
        guard batches, elements.count <= MCPLimits.batchMessages else { return [] }
        return elements.compactMap(idToAnswer)
    }

    /// The id of a request, whole or broken; nil for answers and for what has no id to read.
    private static func idToAnswer(in message: JSONValue) -> RequestID? {
        let isAnswer = message["method"] == nil
            && (message["result"] != nil || message["error"] != nil)
        return isAnswer ? nil : message["id"].flatMap(RequestID.init)
    }

    /// How many messages of a received line ask for `method`.
    static func count(of method: String, in line: [UInt8]) -> Int {
        let parsed = Result { () throws(JSONSyntaxError) in
            try JSONParser.parse(line, limits: limits)
        }
        guard case .success(let value) = parsed else { return 0 }
        return (value.arrayValue ?? [value]).count { $0["method"] == .string(method) }
    }

    /// The messages in a line that a session sent.
    static func messages(in line: [UInt8]) throws(FuzzFinding) -> [JSONValue] {
        let shown = ParserCase.shown(line)
        let newline = UInt8(ascii: "\n")
        try must(line.last == newline && line.dropLast().contains(newline) == false,
            "not one line: \(shown)")
        let parsed = Result { () throws(JSONSyntaxError) in
            try JSONParser.parse(Array(line.dropLast()), limits: limits)
        }
        guard case .success(let value) = parsed else { throw FuzzFinding("not JSON: \(shown)") }
        let messages = value.arrayValue ?? [value]
        try must(messages.isEmpty == false, "an empty batch")
        for message in messages {
            try must(message["jsonrpc"] == "2.0", "no message: \(shown)")
            let kinds = [message["method"], message["result"], message["error"]]
            try must(kinds.compactMap(\.self).count == 1, "not one of three: \(shown)")
        }
        return messages
    }
}
