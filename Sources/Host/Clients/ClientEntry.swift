// One server in a client's configuration, and how what it starts differs from what is in use here.

import Glibc
import JSON

/// A server as a client's file has it.
struct ClientEntry: Hashable, Sendable {
    let name: String
    /// Nil where it is no text, or the server is not started but reached by its address.
    let command: String?
    let arguments: [String]
    /// The config that its environment names.
    let environmentConfig: String?
}

/// What a client has to start for the config in use.
struct ClientLaunch: Sendable {
    /// The absolute path of this program, no link in it.
    let program: String
    let configuration: Configuration
    /// As it was asked for; nil where the config has one that stands for none named.
    let profileName: String?
    let profile: Profile

    var arguments: [String] {
        var words = ["serve"]
        if case .file(let path) = configuration.source { words += ["--config", path] }
        if let profileName { words += ["--profile", profileName] }
        return words
    }

    /// Whether an entry is one of Holdfast's at all.
    func concerns(_ entry: ClientEntry) -> Bool {
        guard let command = entry.command else { return false }
        return Paths.name(of: command) == "holdfast" || realPath(command) == program
    }

    /// How an entry differs from what is to be started.
    func differences(of entry: ClientEntry, in surroundings: Surroundings)
        -> [ClientDifference]
    {
        var found = programDifferences(of: entry.command ?? "")
        if entry.arguments.first != "serve" {
            found.append(.init("its first argument is not `serve`", isFatal: true))
        }
        let config = configDifference(of: entry, in: surroundings)
        if let config {
            found.append(config)
        } else if let profile = profileDifference(of: entry) {
            found.append(profile)
        }
        return found
    }

    private func programDifferences(of command: String) -> [ClientDifference] {
        guard command.contains("/") else {
            return [
                .init(
                    "it leaves to the client's PATH which \(command.shownInLine) is started; name "
                        + "the full path")
            ]
        }
        guard command.hasPrefix("/") else {
            return [.init("it names its program by a relative path; name the full path")]
        }
        guard access(command, X_OK) == 0 else {
            return [
                .init(
                    "\(command.shownInLine) is not there, or is no program that this account may "
                        + "start", isFatal: true)
            ]
        }
        guard realPath(command) == program else {
            return [.init("it starts another program, \(command.shownInLine)")]
        }
        return []
    }

    private func configDifference(
        of entry: ClientEntry, in surroundings: Surroundings
    ) -> ClientDifference? {
        guard let named = entry.option("--config") ?? entry.environmentConfig else {
            guard case .file(let path) = configuration.source else { return nil }
            return .init(
                "it names no config, so that the folder it is started in decides; add --config "
                    + path.shownInLine)
        }
        if named.contains("${") {
            return .init("its config is \(named.shownInLine), which only the client can resolve")
        }
        guard named.hasPrefix("/") || named.hasPrefix("~/") else {
            return .init(
                "it names its config by a relative path, \(named.shownInLine); name the full path")
        }
        let path = surroundings.resolve(named, in: surroundings.workingFolder)
        guard Paths.exists(path) else {
            return .init("its config \(path.shownInLine) is not there", isFatal: true)
        }
        guard case .file(let mine) = configuration.source else {
            return .init("it uses the config \(path.shownInLine), not the built-in one")
        }
        if realPath(path) == realPath(mine) { return nil }
        return .init("it uses another config, \(path.shownInLine)")
    }

    private func profileDifference(of entry: ClientEntry) -> ClientDifference? {
        do {
            let theirs = try configuration.profile(named: entry.option("--profile"))
            if theirs.name == profile.name { return nil }
            return .init("it uses the profile \(theirs.name.shownInLine), not \(profile.name)")
        } catch {
            return .init("its profile cannot be used: \(error.message)", isFatal: true)
        }
    }

    private func realPath(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}

struct ClientDifference: Hashable, Sendable {
    let says: String
    /// Whether the client cannot start a host like this.
    let isFatal: Bool

    init(_ says: String, isFatal: Bool = false) {
        self.says = says
        self.isFatal = isFatal
    }
}

extension ClientEntry {
    /// The value of an option, given as `--name value` or `--name=value`.
    func option(_ name: String) -> String? {
        for (index, word) in arguments.enumerated() {
            if word == name { return arguments.dropFirst(index + 1).first }
            if word.hasPrefix(name + "=") { return String(word.dropFirst(name.count + 1)) }
        }
        return nil
    }
}
