// The doctor's advice on a client in words and as a document.

package import JSON

extension ClientAdvice {
    package func text(_ style: TextStyle) -> String {
        let place = findings[0].place.path.shownInLine
        var lines = [
            style.tinted("\(client.title): add this to \(place)", .bold), snippet.shown,
        ]
        for other in findings.dropFirst() {
            lines.append("or, \(other.place.scope.words), to \(other.place.path.shownInLine)")
        }
        if let command { lines.append("or run: \(command.shownInLine)") }
        lines += ["", style.tinted("What is there", .bold)]
        for finding in findings {
            for line in finding.lines { lines.append(line.level.marked(line.says, style)) }
        }
        return lines.joined(separator: "\n")
    }

    package var document: JSONValue {
        [
            "client": .string(client.rawValue), "title": .string(client.title),
            "good": .bool(!hasFaults), "program": .string(launch.program),
            "args": .array(launch.arguments.map { .string($0) }),
            "snippet": [
                "format": .string(client.format.name), "text": .string(snippet),
            ],
            "command": command.map { .string($0) } ?? .null,
            "files": .array(findings.map(\.document)),
        ]
    }
}

extension ClientFinding {
    var level: Doctor.Level {
        let levels = lines.map(\.level)
        if levels.contains(.fault) { return .fault }
        return levels.contains(.warning) ? .warning : .good
    }

    /// What the file says of each entry, and what to do.
    fileprivate var lines: [(level: Doctor.Level, says: String)] {
        let file = "\(place.path.shownInLine) (\(place.scope.words))"
        switch state {
        case .missing: return [(.good, "\(file): not there; make it with the text above")]
        case .unreadable(let why): return [(.warning, "\(file): \(why.shownInLine)")]
        case .noEntry:
            return [(.good, "\(file): no entry starts holdfast; add the one above to it")]
        case .entries(let entries):
            return entries.map { entry, differences in
                let name = "\(file): \(entry.name.visibleLiteral)"
                guard !differences.isEmpty else {
                    return (.good, "\(name) starts this program with the config in use")
                }
                let says = differences.map(\.says).joined(separator: "; ")
                let advice = "replace its command and args with those above"
                return differences.contains(where: \.isFatal)
                    ? (.fault, "\(name) cannot start: \(says); \(advice)")
                    : (.warning, "\(name) differs: \(says); \(advice), unless that is meant")
            }
        }
    }

    fileprivate var document: JSONValue {
        var document: JSONObject = [
            "path": .string(place.path), "scope": .string(place.scope.rawValue),
            "level": .string(level.rawValue),
        ]
        switch state {
        case .missing: document["state"] = "missing"
        case .unreadable(let why):
            document["state"] = "unreadable"
            document["why"] = .string(why)
        case .noEntry: document["state"] = "no_entry"
        case .entries(let entries):
            document["state"] = "found"
            document["entries"] = .array(
                entries.map { entry, differences in
                    [
                        "name": .string(entry.name), "command": .text(entry.command),
                        "args": .array(entry.arguments.map { .string($0) }),
                        "agrees": .bool(differences.isEmpty),
                        "differences": .array(differences.map { .string($0.says) }),
                    ]
                })
        }
        return .object(document)
    }
}
