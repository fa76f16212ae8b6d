// JSON-RPC messages as they are sent, by either side. What is sent when is not said here.

import JSON

enum Outbound {
    /// One whole line: the compact form holds no newline of its own.
    static func line(_ message: JSONValue) -> [UInt8] {
        var line = message.compactBytes()
        line.append(UInt8(ascii: "\n"))
        return line
    }

    static func request(_ id: RequestID, _ method: String, _ params: JSONObject) -> JSONValue {
        .object([
            "jsonrpc": "2.0", "id": id.value, "method": .string(method),
            "params": .object(params),
        ])
    }

    static func notification(_ method: String, _ params: JSONObject? = nil) -> JSONValue {
        var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
        message["params"] = params.map(JSONValue.object)
        return .object(message)
    }

    /// Only an error about something unreadable has no id.
    static func response(
        _ outcome: Result<JSONObject, ErrorAnswer>, to id: RequestID?
    ) -> JSONValue {
        var response: JSONObject = ["jsonrpc": "2.0"]
        response["id"] = id?.value
        switch outcome {
        case .success(let result): response["result"] = .object(result)
        case .failure(let error): response["error"] = error.value
        }
        return .object(response)
    }
}
