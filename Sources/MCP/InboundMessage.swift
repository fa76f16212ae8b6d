// A line read once into what it is: the first six checks on it (size is the framer's). What a
// method means, and who is answered what, is not decided here.

import JSON

/// A line from the other side.
enum InboundLine: Sendable {
    case message(InboundMessage)
    /// The elements of an array, unread: only one version has batches.
    case batch([JSONValue])
    /// Not JSON, so nothing in it can be believed, least of all an id.
    case unparsable(reason: String)
    /// JSON, but refused whole: ambiguous or too large to be a message.
    case refused(reason: String)

    init(_ bytes: [UInt8]) {
        let limits = JSONLimits(
            maxBytes: MCPLimits.lineBytes, maxDepth: MCPLimits.messageDepth,
            maxNodes: MCPLimits.messageValues)
        do throws(JSONSyntaxError) {
            let value = try JSONParser.parse(bytes, limits: limits)
            if let elements = value.arrayValue {
                self = .batch(elements)
            } else {
                self = .message(InboundMessage(value))
            }
        } catch {
            self = Self.failure(error)
        }
    }

    /// A name given twice means two things to two readers, which no record of approvals survives:
    /// refused like a message that is too large, not like noise.
    private static func failure(_ error: JSONSyntaxError) -> InboundLine {
        switch error.code {
        case .duplicateName, .tooDeep, .tooManyNodes, .tooLarge: .refused(reason: error.message)
        case .unexpectedByte, .unexpectedEnd, .loneSurrogate, .invalidEscape, .invalidUTF8,
            .invalidNumber, .controlCharacter, .byteOrderMark, .trailingBytes:
            .unparsable(reason: error.message)
        }
    }
}

/// A JSON-RPC message, by its shape.
enum InboundMessage: Sendable {
    case request(InboundRequest)
    /// Never answered; nil `params` where they were given but are no object.
    case notification(method: String, params: JSONObject?)
    /// A result or an error, whatever else is wrong with it: answering one could go on forever.
    case response(InboundResponse)
    /// Nothing of the above. The id is known where it can be read.
    case malformed(id: RequestID?, reason: String)
}

/// A request of the right shape. Its method may be anything.
struct InboundRequest: Sendable {
    let id: RequestID
    let method: String
    let params: JSONObject
}

extension InboundMessage {
    init(_ value: JSONValue) {
        guard let members = value.objectValue else {
            self = .malformed(
                id: nil, reason: "a message must be an object, not \(value.kindName)")
            return
        }
        self.init(members)
    }

    private init(_ members: JSONObject) {
        let isAnswer = members["result"] != nil || members["error"] != nil
        if isAnswer, members["method"] == nil {
            self = .response(InboundResponse(members))
            return
        }
        let id = members["id"].flatMap(RequestID.init)
        if let reason = Self.fault(in: members, isAnswer: isAnswer) {
            self = .malformed(id: id, reason: reason)
            return
        }
        guard let method = members["method"]?.stringValue else {
            self = .malformed(id: id, reason: "method must be a string")
            return
        }
        let params = (members["params"] ?? [:]).objectValue
        guard members["id"] != nil else {
            self = .notification(method: method, params: params)
            return
        }
        guard let params else {
            self = .malformed(id: id, reason: "params must be an object")
            return
        }
        guard let id else {
            self = .malformed(
                id: nil,
                reason: "id must be a string or integer of at most \(MCPLimits.tokenBytes) bytes")
            return
        }
        self = .request(InboundRequest(id: id, method: method, params: params))
    }

    private static func fault(in members: JSONObject, isAnswer: Bool) -> String? {
        guard members["jsonrpc"] == .string("2.0") else { return "jsonrpc must be \"2.0\"" }
        guard members["method"] != nil else { return "method is missing" }
        return isAnswer ? "a message with a method cannot carry a result or an error" : nil
    }
}
