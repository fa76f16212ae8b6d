// `holdfast doctor --client NAME`: what to put into a client's configuration, what is there, and
// what to do. It looks and writes nothing.

import JSON

package struct ClientAdvice: Sendable {
    let client: ClientKind
    let launch: ClientLaunch
    let findings: [ClientFinding]

    /// - Parameter program: how clients are to start this program.
    package static func make(
        _ client: ClientKind, program: String, profile name: String?, of project: Project
    ) throws(Ending) -> ClientAdvice {
        let configuration = project.configuration
        let profile: Profile
        do {
            profile = try configuration.profile(named: name)
        } catch {
            throw Ending(error)
        }
        let launch = ClientLaunch(
            program: program, configuration: configuration, profileName: name, profile: profile)
        let surroundings = project.surroundings
        // In the home folder itself, both of a client's files may be one.
        var places: [ClientPlace] = []
        for place in client.places(in: surroundings)
        where !places.contains(where: { $0.path == place.path }) { places.append(place) }
        return ClientAdvice(
            client: client, launch: launch,
            findings: places.map { place in
                ClientFinding(
                    place: place,
                    state: ClientFinding.State(
                        .at(place, client.format), launch, in: surroundings))
            })
    }

    /// Whether a client is told to start a host that cannot start.
    package var hasFaults: Bool { findings.contains { $0.level == .fault } }

    /// What belongs into the file.
    var snippet: String {
        let words = launch.arguments
        switch client.format {
        case .toml:
            let arguments = words.map(\.tomlLiteral).joined(separator: ", ")
            return "[mcp_servers.holdfast]\ncommand = \(launch.program.tomlLiteral)\n"
                + "args = [\(arguments)]"
        case .json:
            var server: JSONObject = [:]
            if client == .vsCode { server["type"] = "stdio" }
            server["command"] = .string(launch.program)
            server["args"] = .array(words.map { .string($0) })
            return JSONValue.object([client.table: ["holdfast": .object(server)]]).prettyText
        }
    }

    /// A command of the client's own that does it; nil where it has none.
    var command: String? {
        let words = ([launch.program] + launch.arguments).map(\.shellWord).joined(separator: " ")
        switch client {
        case .claudeCode: return "claude mcp add holdfast -- \(words)"
        case .codex: return "codex mcp add holdfast -- \(words)"
        case .geminiCLI, .claudeDesktop, .cursor, .vsCode: return nil
        }
    }
}

/// What one file of a client says.
struct ClientFinding: Sendable {
    enum State: Sendable {
        case missing
        case unreadable(String)
        /// It can be read, and no entry of it starts Holdfast.
        case noEntry
        case entries([(entry: ClientEntry, differences: [ClientDifference])])
    }

    let place: ClientPlace
    let state: State
}

extension ClientFinding.State {
    init(_ file: ClientFile, _ launch: ClientLaunch, in surroundings: Surroundings) {
        switch file {
        case .missing: self = .missing
        case .unreadable(let why): self = .unreadable(why)
        case .read(let entries):
            let ours = entries.filter(launch.concerns)
            self =
                ours.isEmpty
                ? .noEntry
                : .entries(ours.map { ($0, launch.differences(of: $0, in: surroundings)) })
        }
    }
}

extension String {
    /// As a text of TOML: its escapes for what JSON escapes are the same.
    fileprivate var tomlLiteral: String { JSONValue.string(self).compactText }

    /// As one word of a shell.
    fileprivate var shellWord: String {
        let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,"
        if !isEmpty, allSatisfy(plain.contains) { return self }
        return "'" + replacing("'", with: "'\\''") + "'"
    }
}
