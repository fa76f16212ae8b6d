// What every line that leaves a session must look like, by version. The full schemas come on top of
// this elsewhere; here is only what is told apart by version. No test lives here.

import JSON
import MCP
import Testing

enum Shape {
    /// Reads one line sent by a session, and fails the test where it is not a whole message.
    /// A server's session asks one thing only; a client's asks all it likes.
    static func message(
        _ bytes: [UInt8], mayAsk: Bool = false, _ location: SourceLocation
    ) -> JSONValue? {
        #expect(bytes.last == UInt8(ascii: "\n"), sourceLocation: location)
        #expect(bytes.dropLast().contains(UInt8(ascii: "\n")) == false, sourceLocation: location)
        do {
            let value = try JSONParser.parse(Array(bytes.dropLast()))
            for one in value.arrayValue ?? [value] { check(one, mayAsk, location) }
            return value
        } catch {
            Issue.record("not JSON: \(error.message)", sourceLocation: location)
            return nil
        }
    }

    private static func check(
        _ message: JSONValue, _ mayAsk: Bool, _ location: SourceLocation
    ) {
        let names = Set(message.objectValue?.names ?? [])
        #expect(message["jsonrpc"] == "2.0", sourceLocation: location)
        if names.contains("method") {
            let known: Set = ["jsonrpc", "method", "params"]
            let asks = mayAsk || message["method"] == "elicitation/create"
            #expect(names.subtracting(asks ? ["id"] : []).isSubset(of: known),
                sourceLocation: location)
            return
        }
        if let id = message["id"] { #expect(RequestID(id) != nil, sourceLocation: location) }
        if let error = message["error"] {
            #expect(names.isSubset(of: ["jsonrpc", "id", "error"]), sourceLocation: location)
            #expect(error["code"]?.intValue != nil, sourceLocation: location)
            #expect(error["message"]?.stringValue?.isEmpty == false, sourceLocation: location)
        } else {
            #expect(names == ["jsonrpc", "id", "result"], sourceLocation: location)
            #expect(message["result"]?.objectValue != nil, sourceLocation: location)
        }
    }

    /// What a result of `version` must carry, and what it must not.
    static func result(
        _ message: JSONValue?, of version: ProtocolVersion, cacheable: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard let result = message?["result"] else {
            Issue.record("no result", sourceLocation: sourceLocation)
            return
        }
        let modern = version == .v2026_07_28
        let server = result["_meta"]?["io.modelcontextprotocol/serverInfo"]
        #expect((result["resultType"] == "complete") == modern, sourceLocation: sourceLocation)
        #expect((server?["name"] == "holdfast") == modern, sourceLocation: sourceLocation)
        let ttlMs = result["ttlMs"]?.intValue
        let scope = result["cacheScope"]?.stringValue
        #expect((ttlMs.map { $0 >= 0 } ?? false) == (modern && cacheable),
            sourceLocation: sourceLocation)
        #expect(["public", "private"].contains(scope ?? "") == (modern && cacheable),
            sourceLocation: sourceLocation)
        if modern == false { #expect(result["resultType"] == nil && server == nil) }
    }
}
