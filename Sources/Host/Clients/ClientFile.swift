// Reading the servers out of a client's configuration. Nothing is guessed: a file that cannot be
// read as what it should be is said to be so.

import JSON

enum ClientFile: Hashable, Sendable {
    case missing
    /// Why, in words that go after the file's name.
    case unreadable(String)
    case read([ClientEntry])

    static func at(_ place: ClientPlace, _ format: ClientKind.Format) -> ClientFile {
        guard FilePresence(of: place.path) != .gone else { return .missing }
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(place.path, maxBytes: HostLimits.clientFileBytes)
        } catch {
            return .unreadable(error.message)
        }
        return read(bytes, format, place.tables)
    }

    static func read(
        _ bytes: [UInt8], _ format: ClientKind.Format, _ tables: [[String]]
    ) -> ClientFile {
        switch format {
        case .json(let extras): json(bytes, with: extras, tables)
        case .toml: toml(bytes, tables)
        }
    }

    private static func json(
        _ bytes: [UInt8], with extras: CommentedJSON.Extras?, _ tables: [[String]]
    ) -> ClientFile {
        let plain: [UInt8]
        do throws(CommentedJSON.UnendedComment) {
            plain = try extras.map { extras throws(CommentedJSON.UnendedComment) in
                try CommentedJSON.plain(bytes, without: extras)
            } ?? bytes
        } catch {
            return .unreadable(
                "could not be read as JSON (the comment at byte \(error.offset) has no end)")
        }
        // An editor may leave a file empty: then it has no servers.
        if plain.allSatisfy({ [0x20, 0x09, 0x0a, 0x0d].contains($0) }) { return .read([]) }
        do {
            let document = try JSONParser.parse(plain)
            return .read(
                tables.flatMap { table -> [ClientEntry] in
                    var found: JSONValue? = document
                    for name in table { found = found?[name] }
                    return found?.objectValue?.members.map(ClientEntry.init) ?? []
                })
        } catch {
            let hint = "; if it holds comments, look for the entry yourself"
            return .unreadable(
                "could not be read as JSON (\(error.message))" + (extras == nil ? hint : ""))
        }
    }

    private static func toml(_ bytes: [UInt8], _ tables: [[String]]) -> ClientFile {
        do {
            let assignments = try TOMLAssignments.read(bytes)
            return .read(tables.flatMap { assignments.entries(of: $0) })
        } catch {
            return .unreadable("could not be read as TOML (line \(error.line): \(error.message))")
        }
    }
}

extension ClientEntry {
    fileprivate init(_ member: JSONObject.Member) {
        self.init(
            name: member.name, command: member.value["command"]?.stringValue,
            arguments: member.value["args"]?.arrayValue?.compactMap(\.stringValue) ?? [],
            environmentConfig: member.value["env"]?[ConfigurationSource.variable]?.stringValue)
    }
}

extension TOMLAssignments {
    fileprivate func entries(of table: [String]) -> [ClientEntry] {
        var names: [String] = []
        for assignment in all where assignment.path.starts(with: table) {
            guard assignment.path.count > table.count + 1 else { continue }
            let name = assignment.path[table.count]
            if !names.contains(name) { names.append(name) }
        }
        return names.map { name in
            func value(_ path: String...) -> TOMLValue? {
                all.first { $0.path == table + [name] + path }?.value
            }
            return ClientEntry(
                name: name, command: value("command")?.text,
                arguments: value("args")?.elements.compactMap(\.text) ?? [],
                environmentConfig: value("env", ConfigurationSource.variable)?.text)
        }
    }
}
