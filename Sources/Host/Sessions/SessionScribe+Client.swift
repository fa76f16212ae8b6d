// What a client says, as it is written down: arguments by their schema, and whole where there is
// none, for what is in the wrong place may be what a schema marks in the right one.

import Engine
import JSON
import JSONSchema

extension SessionScribe {
    private static let methods: Set<String> = [
        "initialize", "ping", "server/discover", "tools/list", "tools/call", "resources/list",
        "resources/templates/list", "resources/read", "prompts/list", "prompts/get",
        "completion/complete", "subscriptions/listen", "resources/subscribe",
        "resources/unsubscribe", "notifications/initialized", "notifications/cancelled",
        "tasks/get", "tasks/update", "tasks/cancel",
    ]
    /// Who the client is and what it can do.
    private static let openings = ["initialize", "notifications/initialized"]
    private static let protocolMeta = "io.modelcontextprotocol/"
    private static let runMeta = "dev.holdfast/runId"

    mutating func client(_ bytes: [UInt8]) -> [SessionEntry] {
        do {
            let message = try JSONParser.parse(bytes, limits: .session)
            return [.client(.message(each(message) { $0.asked($1) }))]
        } catch {
            if tools.marksAnything {
                doubt("a line that is no JSON cannot be looked through for what is marked")
                return [.client(.text("(a line that is no JSON)"))]
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return [.client(.bytes(bytes))]
            }
            return [.client(.text(text))]
        }
    }

    private mutating func asked(_ message: JSONValue) -> JSONValue {
        guard let method = message["method"]?.stringValue, Self.methods.contains(method) else {
            return stranger(message)
        }
        let params = message["params"]
        if let id = message["id"] {
            var request = AskedRequest(method: method)
            if method == "tools/call" {
                request.tool = params?["name"]?.stringValue
                request.run = run(named: params)
            }
            if !past.ask(id, request) { doubt("too many requests wait for an answer") }
        } else if method == "notifications/cancelled", let id = params?["requestId"] {
            past.cancel(id)
        }
        return members(of: message) { scribe, member in
            switch member.name {
            case "jsonrpc", "method": return member.value
            case "params":
                if Self.openings.contains(method) { return member.value }
                return scribe.params(member.value, of: method)
            case _: return scribe.fixed(member.value)
            }
        }
    }

    /// The run a call names; nil where it names none that could be one.
    private func run(named params: JSONValue?) -> String? {
        let named = params?["arguments"]?["run_id"] ?? params?["_meta"]?[Self.runMeta]
        return named?.stringValue.flatMap(RunID.init)?.text
    }

    /// A message that the protocol has no place for, an answer that nobody asked for, a value that
    /// is no message.
    private mutating func stranger(_ message: JSONValue) -> JSONValue {
        guard tools.marksAnything else { return fixed(message) }
        guard message.objectValue != nil else { return mask.blanked(message) }
        if let id = message["id"], let method = message["method"]?.stringValue {
            _ = past.ask(id, AskedRequest(method: method))
        }
        return members(of: message) { scribe, member in
            switch member.name {
            case "jsonrpc", "id", "method": return scribe.fixed(member.value)
            case "params":
                guard member.value.objectValue != nil else {
                    return scribe.mask.blanked(member.value)
                }
                return scribe.members(of: member.value) { scribe, param in
                    param.name == "_meta"
                        ? scribe.meta(param.value) : scribe.mask.blanked(param.value)
                }
            case _: return scribe.mask.blanked(member.value)
            }
        }
    }

    private mutating func params(_ params: JSONValue, of method: String) -> JSONValue {
        guard method == "tools/call" else {
            return members(of: params) { scribe, member in
                if member.name == "_meta" { return scribe.meta(member.value) }
                let isWords = method == "notifications/cancelled" && member.name == "reason"
                return isWords ? scribe.data(member.value) : scribe.fixed(member.value)
            }
        }
        guard params.objectValue != nil else {
            return tools.marksAnything ? mask.blanked(params) : params
        }
        let name = params["name"]?.stringValue
        let isForeign = run(named: params).map { !past.isMade($0) } ?? false
        return members(of: params) { scribe, member in
            switch member.name {
            case "name":
                let isOurs = name.map { scribe.tools.isKnown($0) || HostTool(rawValue: $0) != nil }
                return isOurs == true ? member.value : scribe.fixed(member.value)
            case "arguments":
                return scribe.arguments(member.value, of: name, isForeign: isForeign)
            case "_meta": return scribe.meta(member.value)
            case _: return scribe.fixed(member.value)
            }
        }
    }

    private mutating func meta(_ meta: JSONValue) -> JSONValue {
        members(of: meta) { scribe, member in
            member.name.hasPrefix(Self.protocolMeta) ? member.value : scribe.fixed(member.value)
        }
    }

    /// - Parameter isForeign: the call goes into a run that was there before and has schemas of its
    ///   own, which may mark more.
    private mutating func arguments(
        _ arguments: JSONValue, of name: String?, isForeign: Bool
    ) -> JSONValue {
        guard tools.marksAnything else { return arguments }
        let host = name.flatMap(HostTool.init(rawValue:))
        guard let name, let schema = host?.schema ?? tools.input(of: name) else {
            return blanked(arguments)
        }
        let own = host == nil ? arguments.withoutHostArguments : arguments
        var safe = mask.masked(arguments, by: tools.inputs(of: name))
        safe = isForeign || !schema.isValid(own) ? blanked(safe) : data(safe)
        guard safe != arguments else { return arguments }
        let safeOwn = host == nil ? safe.withoutHostArguments : safe
        let before = schema.validate(own).map { text($0.message) }
        let isKept =
            before == schema.validate(safeOwn).map(\.message)
            && own.firstNumberBeyondCanonical() == safeOwn.firstNumberBeyondCanonical()
        if !isKept {
            doubt(
                "an argument of \(name), once masked, is another to its schema; record with "
                    + "made-up values instead")
        }
        return safe
    }

    /// Names in place of everything, save the id of a run.
    private mutating func blanked(_ arguments: JSONValue) -> JSONValue {
        guard arguments.objectValue != nil else { return mask.blanked(arguments) }
        return members(of: arguments) { scribe, member in
            let run = member.value.stringValue.flatMap(RunID.init)
            return member.name == "run_id" && run != nil
                ? member.value : scribe.mask.blanked(member.value)
        }
    }
}

extension JSONValue {
    fileprivate var withoutHostArguments: JSONValue {
        guard var object = objectValue else { return self }
        for name in Manifest.reservedArguments { object[name] = nil }
        return .object(object)
    }
}
