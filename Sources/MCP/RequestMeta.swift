// Reading `_meta`, the part of a request that says how it wants to be understood. Which requests
// need which part is decided in Routing.swift.

import JSON

enum MetaKey {
    static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
    static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
    static let clientInfo = "io.modelcontextprotocol/clientInfo"
    static let logLevel = "io.modelcontextprotocol/logLevel"
    static let subscriptionID = "io.modelcontextprotocol/subscriptionId"
    static let serverInfo = "io.modelcontextprotocol/serverInfo"
    static let progressToken = "progressToken"
    static let traceparent = "traceparent"
    static let runID = "dev.holdfast/runId"
    static let idempotencyKey = "dev.holdfast/idempotencyKey"

    /// One of these in a request makes it a request of the stateless era, well formed or not.
    static let claims = [protocolVersion, clientCapabilities, clientInfo, logLevel]
}

/// The parts of a request's `_meta` that this session understands, each of the right shape.
struct RequestMeta: Hashable, Sendable {
    var raw: JSONObject
    var progressToken: ProgressToken?
    var clientInfo: PeerInfo?
    var traceparent: String?
    var runID: String?
    var idempotencyKey: String?
}

extension RequestMeta {
    /// Reads what both eras share. Only `traceparent` may be nonsense: tracing never fails a call.
    init(of params: JSONObject) throws(ErrorAnswer) {
        raw = [:]
        guard let meta = params["_meta"] else { return }
        guard let members = meta.objectValue else {
            throw .invalidParams("params._meta must be an object, not \(meta.kindName)")
        }
        raw = members
        if let token = members[MetaKey.progressToken] {
            guard let shaped = ProgressToken(token) else {
                throw .invalidMeta(
                    MetaKey.progressToken,
                    "must be a string or integer of at most \(MCPLimits.tokenBytes) bytes")
            }
            progressToken = shaped
        }
        traceparent = members[MetaKey.traceparent]?.stringValue.flatMap(TraceParent.checked)
        // A key that was silently dropped would let a repeated call act twice.
        runID = try Self.text(MetaKey.runID, in: members)
        idempotencyKey = try Self.text(MetaKey.idempotencyKey, in: members)
    }

    /// Reads what every stateless request must carry, and checks what it may carry.
    init(statelessOf params: JSONObject) throws(ErrorAnswer) {
        try self.init(of: params)
        guard try Self.text(MetaKey.protocolVersion, in: raw) != nil else {
            throw .invalidMeta(MetaKey.protocolVersion, "is missing")
        }
        guard let capabilities = raw[MetaKey.clientCapabilities] else {
            throw .invalidMeta(MetaKey.clientCapabilities, "is missing; send {} for none")
        }
        guard capabilities.objectValue != nil else {
            throw .invalidMeta(
                MetaKey.clientCapabilities, "must be an object, not \(capabilities.kindName)")
        }
        if let info = raw[MetaKey.clientInfo] {
            guard let client = PeerInfo(info) else {
                throw .invalidMeta(
                    MetaKey.clientInfo, "must be an object with the strings name and version")
            }
            clientInfo = client
        }
        if let level = raw[MetaKey.logLevel] {
            guard let name = level.stringValue, Self.logLevels.contains(name) else {
                throw .invalidMeta(
                    MetaKey.logLevel, "must be one of \(Self.logLevels.joined(separator: ", "))")
            }
        }
    }

    private static let logLevels = [
        "debug", "info", "notice", "warning", "error", "critical", "alert", "emergency",
    ]

    private static func text(
        _ key: String, in members: JSONObject
    ) throws(ErrorAnswer) -> String? {
        guard let value = members[key] else { return nil }
        guard let text = value.stringValue else {
            throw .invalidMeta(key, "must be a string, not \(value.kindName)")
        }
        return text
    }
}

extension ErrorAnswer {
    fileprivate static func invalidMeta(_ key: String, _ problem: String) -> Self {
        .invalidParams("params._meta[\"\(key)\"] \(problem)")
    }
}

extension PeerInfo {
    /// Reads an `Implementation`; nil where it has no name or a version that is no string.
    init?(_ value: JSONValue) {
        guard let name = value["name"]?.stringValue else { return nil }
        let version = value["version"]
        if let version, version.stringValue == nil { return nil }
        let limit = MCPLimits.peerInfoCharacters
        self.init(
            name: name.clipped(to: limit), version: version?.stringValue?.clipped(to: limit))
    }
}

/// The W3C trace context header, as far as its shape goes.
enum TraceParent {
    /// `text` where it is `version-traceid-parentid-flags`; nil for anything else.
    static func checked(_ text: String) -> String? {
        let bytes = Array(text.utf8.prefix(MCPLimits.traceparentBytes + 1))
        guard bytes.count >= 55, bytes.count <= MCPLimits.traceparentBytes else { return nil }
        let dash = UInt8(ascii: "-")
        guard bytes[2] == dash, bytes[35] == dash, bytes[52] == dash else { return nil }
        let version = bytes[0..<2]
        let trace = bytes[3..<35]
        let parent = bytes[36..<52]
        guard [version, trace, parent, bytes[53..<55]].allSatisfy({ $0.allSatisfy(isHex) }) else {
            return nil
        }
        let zero = UInt8(ascii: "0")
        guard trace.contains(where: { $0 != zero }), parent.contains(where: { $0 != zero }) else {
            return nil
        }
        guard version.elementsEqual("00".utf8) else {
            // Later versions may add fields; ff is no version.
            let isLater = bytes.count == 55 || bytes[55] == dash
            return isLater && version.elementsEqual("ff".utf8) == false ? text : nil
        }
        return bytes.count == 55 ? text : nil
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
