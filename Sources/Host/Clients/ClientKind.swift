// The clients whose configuration the doctor knows: where it lies and what it looks like there. No
// file is read here.

import JSON

package enum ClientKind: String, Sendable, CaseIterable {
    case claudeCode = "claude-code"
    case claudeDesktop = "claude-desktop"
    case codex
    case cursor
    case vsCode = "vscode"
    case geminiCLI = "gemini-cli"

    package static let names = allCases.map(\.rawValue)

    /// What is wrong with a name that is none of these.
    package static func refusal(_ name: String) -> String {
        let hint = NearestName.of(name, among: names).map { "did you mean \"\($0)\"?" }
        return "there is no client \(name.visibleLiteral) here; "
            + (hint ?? "the clients are \(names.joined(separator: ", "))")
    }

    var title: String {
        switch self {
        case .claudeCode: "Claude Code"
        case .claudeDesktop: "Claude Desktop"
        case .codex: "Codex"
        case .cursor: "Cursor"
        case .vsCode: "VS Code"
        case .geminiCLI: "Gemini CLI"
        }
    }

    enum Format: Sendable {
        /// Nil for plain JSON and nothing else.
        case json(CommentedJSON.Extras?)
        case toml

        var name: String {
            switch self {
            case .json: "json"
            case .toml: "toml"
            }
        }
    }

    var format: Format {
        switch self {
        case .codex: .toml
        case .vsCode: .json(.commentsAndTrailingCommas)
        case .geminiCLI: .json(.comments)
        case .claudeCode, .claudeDesktop, .cursor: .json(nil)
        }
    }

    /// The table of a file that holds its servers.
    var table: String {
        switch self {
        case .codex: "mcp_servers"
        case .vsCode: "servers"
        case .claudeCode, .claudeDesktop, .cursor, .geminiCLI: "mcpServers"
        }
    }

    /// The files that the client looks into on Linux, the one to prefer first.
    func places(in surroundings: Surroundings) -> [ClientPlace] {
        let (here, home) = (surroundings.workingFolder, surroundings.clientHome)
        let settings = surroundings.folder(of: "XDG_CONFIG_HOME", else: home + "/.config")
        func place(_ path: String, _ scope: ClientPlace.Scope, _ more: [[String]] = [])
            -> ClientPlace
        {
            ClientPlace(path: path, scope: scope, tables: [[table]] + more)
        }
        switch self {
        case .claudeCode:
            return [
                place(here + "/.mcp.json", .project),
                place(home + "/.claude.json", .account, [["projects", here, table]]),
            ]
        case .claudeDesktop:
            return [place(settings + "/Claude/claude_desktop_config.json", .account)]
        case .codex:
            let folder = surroundings.folder(of: "CODEX_HOME", else: home + "/.codex")
            return [place(folder + "/config.toml", .account)]
        case .cursor:
            return [
                place(here + "/.cursor/mcp.json", .project),
                place(home + "/.cursor/mcp.json", .account),
            ]
        case .vsCode:
            return [
                place(here + "/.vscode/mcp.json", .project),
                place(settings + "/Code/User/mcp.json", .account),
            ]
        case .geminiCLI:
            return [
                place(here + "/.gemini/settings.json", .project),
                place(home + "/.gemini/settings.json", .account),
            ]
        }
    }
}

/// One file that a client reads its servers from.
struct ClientPlace: Hashable, Sendable {
    enum Scope: String, Sendable {
        case project
        case account

        var words: String {
            switch self {
            case .project: "for this folder"
            case .account: "for your account"
            }
        }
    }

    let path: String
    let scope: Scope
    /// Where in the file servers stand, each as the names that lead there.
    let tables: [[String]]
}

extension Surroundings {
    /// Where clients look: they go by the variable, which a host does not.
    fileprivate var clientHome: String { folder(of: "HOME", else: home) }

    fileprivate func folder(of variable: String, else other: String) -> String {
        guard let path = variables[variable], path.hasPrefix("/") else { return other }
        return path
    }
}
