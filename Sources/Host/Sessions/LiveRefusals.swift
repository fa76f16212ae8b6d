// What a recording must not hold for its client's side to reach real systems: masks, which would
// be sent as if they were values, and tools that changed on the way.

import Engine
import JSON
import JSONSchema

extension RecordedSession {
    /// The tools of the recording that were called or tried, with their manifests.
    var calledManifests: [(name: String, manifest: JSONValue)] {
        var names: Set<String> = []
        for line in lines {
            switch line.entry {
            case .client(.message(let message)):
                names.formUnion(message.messages.compactMap(\.calledTool))
            case .started(let start): names.insert(start.tool)
            case .client(.text), .client(.bytes), .client(.oversized), .client(.closed), .server,
                .ended, .decided, .tools, .unplayable, .end:
                continue
            }
        }
        return header.manifests.compactMap { manifest in
            guard let name = manifest["name"]?.stringValue, names.contains(name) else { return nil }
            return (name, manifest)
        }
    }

    func requirePlayableLive() throws(SessionRefusal) {
        var manifests: [String: Manifest] = [:]
        for (name, content) in calledManifests {
            do {
                manifests[name] = try Manifest.read(
                    SourceDocument(value: content, shownAs: "manifest of \(name)"))
            } catch {
                let all = error.all.map(\.description).joined(separator: "; ")
                throw SessionRefusal(
                    line: 1, message: "this release refuses what was recorded: \(all)")
            }
        }
        var search = MaskSearch(manifests: manifests)
        for (index, line) in lines.enumerated() {
            if case .tools = line.entry {
                throw SessionRefusal(
                    line: index + 2,
                    message: "the tools changed here; with --live they are the sandbox's, which "
                        + "do not. Play it without --live, or record it anew")
            }
            guard let what = search.mask(in: line.entry) else { continue }
            throw SessionRefusal(
                line: index + 2,
                message: "\(what), and a mask is never sent to a real system. Play it without "
                    + "--live, or record a session that needs no secret or personal value")
        }
    }
}

/// Looks for masks in what a client sent, line after line.
private struct MaskSearch {
    let manifests: [String: Manifest]
    /// The tools of calls that were tried.
    private var tools: [String: String] = [:]
    /// The numerals that stand for marked numbers of results. In a text nothing tells them from
    /// others.
    private var numerals: Set<String> = []

    init(manifests: [String: Manifest]) { self.manifests = manifests }

    /// What is masked, in words; nil where nothing is.
    mutating func mask(in entry: SessionEntry) -> String? {
        switch entry {
        case .client(.message(let message)):
            return message.messages.compactMap(mask).first
        case .client(.text(let text)):
            return SessionMask.isName(in: text) ? "this line is masked in part" : nil
        case .started(let start):
            tools[start.call] = start.tool
            return nil
        case .ended(let end):
            guard case .succeeded(let result) = end.outcome else { return nil }
            note(result, of: end.tool ?? tools[end.call])
            return nil
        case .client(.bytes), .client(.oversized), .client(.closed), .server, .decided, .tools,
            .unplayable, .end:
            return nil
        }
    }

    private mutating func note(_ result: JSONValue, of tool: String?) {
        guard let tool, let schema = manifests[tool]?.outputSchema else { return }
        for place in schema.sensitivePointers(in: result) {
            guard case .number(let number)? = place.pointer.resolve(in: result) else { continue }
            numerals.insert(number.lexeme)
        }
    }

    private func mask(_ message: JSONValue) -> String? {
        guard let tool = message.calledTool else {
            let subject = message["method"]?.stringValue ?? "an answer"
            return message.texts.first(where: SessionMask.isName)
                .map { "\($0.quoted(upTo: 60)) in \(subject.shownInLine) is a mask" }
        }
        let subject = "a call of \(tool.shownInLine)"
        let arguments = message["params"]?["arguments"] ?? [:]
        let marked = manifests[tool]?.inputSchema.sensitivePointers(in: arguments) ?? []
        if let place = marked.first(where: { $0.pointer.resolve(in: arguments) != nil }) {
            let name = place.pointer.description.shownInLine
            return "the argument \(name) of \(subject) is masked"
        }
        if let text = message.texts.first(where: SessionMask.isName) {
            return "\(text.quoted(upTo: 60)) in \(subject) is a mask"
        }
        return arguments.texts
            .first { text in numerals.contains { text.utf8.firstRange(of: $0.utf8) != nil } }
            .map { "\($0.quoted(upTo: 60)) in \(subject) may hold a masked number" }
    }
}

extension JSONValue {
    /// Those of a batch, or the one that it is.
    fileprivate var messages: [JSONValue] { arrayValue ?? [self] }

    fileprivate var calledTool: String? {
        self["method"] == "tools/call" ? self["params"]?["name"]?.stringValue : nil
    }

    fileprivate var texts: [String] {
        switch self {
        case .null, .bool, .number: []
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.texts)
        case .object(let object): object.members.flatMap(\.value.texts)
        }
    }
}
