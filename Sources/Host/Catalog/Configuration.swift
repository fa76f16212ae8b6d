// One config, whole and checked: where state lies, which tools there are, who may call them. How
// a file becomes one is in ConfigurationReader.swift.

package import Engine
package import JSON
package import Proofs

package struct Configuration: Sendable {
    package let source: ConfigurationSource
    /// As problems show it.
    package let file: String
    /// What relative paths of the config are relative to.
    package let folder: String
    /// The journal.
    package internal(set) var storePath: String
    /// The group whose members may open the journal; nil: its owner alone.
    package let group: String?
    /// Files and folders of manifests; empty for the built-in default, which has its own.
    package let toolPaths: [String]
    package let databases: [String: String]
    package let secrets: [String: SecretSource]
    /// In the order of the file.
    package internal(set) var profiles: [Profile]
    /// Who may say yes.
    package let directory: Directory
    /// Accounts that may settle, resume and force; nil: the one that owns the store.
    package let operators: [String]?
    /// In the order of the file.
    let rules: [ConfiguredRule]
    /// Of each profile as the file has it, by its name.
    private let policies: [String: Policy]
    /// The file of the secret that keyed values of the record are made with.
    package internal(set) var recordSecretPath: String
    /// Who is told of approvals, and how.
    package internal(set) var notify: [NotifyTarget]
    package let leaseMs: Int64
    package let graceMs: Int64
    /// For the lines of problems that are found later.
    let document: SourceDocument

    init(
        _ parts: ConfigurationParts, source: ConfigurationSource, folder: String,
        document: SourceDocument
    ) {
        self.source = source
        file = document.file
        self.folder = folder
        storePath = parts.storePath
        group = parts.group
        toolPaths = parts.toolPaths
        databases = parts.databases
        secrets = parts.secrets
        profiles = parts.profiles.map(\.profile)
        directory = Directory(parts.approvers.map(\.approver))
        operators = parts.operators
        rules = parts.rules
        policies = parts.policies
        recordSecretPath = parts.recordSecretPath
        notify = parts.notify
        leaseMs = parts.leaseMs
        graceMs = parts.graceMs
        self.document = document
    }

    package static let defaultLeaseMs: Int64 = 10_000
    package static let defaultGraceMs: Int64 = 1_000
    package static let defaultStorePath = "~/.local/state/holdfast/journal.db"
    package static let recordSecretName = "record.secret"

    /// The folder of the journal: lock files and the like lie beside it.
    package var stateFolder: String { Paths.folder(of: storePath) }

    package var isBuiltin: Bool { source == .builtin }

    /// A problem of this config, with its line.
    package func problem(_ pointer: JSONPointer, _ message: String) -> Problem {
        document.problem(pointer, message)
    }

    /// The profile asked for, else the only one, else the one named `default`.
    package func profile(named name: String?) throws(Problem) -> Profile {
        let names = profiles.map(\.name)
        let all = names.joined(separator: ", ")
        if let name {
            if let profile = profiles.first(where: { $0.name == name }) { return profile }
            let hint = NearestName.of(name, among: names).map { "did you mean \"\($0)\"?" }
            throw problem(
                JSONPointer(tokens: ["profiles"]),
                "there is no profile `\(name)`; \(hint ?? "the profiles are \(all)")")
        }
        if profiles.count == 1 { return profiles[0] }
        if let profile = profiles.first(where: { $0.name == "default" }) { return profile }
        throw problem(
            JSONPointer(tokens: ["profiles"]),
            "there are several profiles and none is named default; "
                + "choose one with --profile: \(all)")
    }

    /// Of every profile that the file has, sorted; a sandbox works with one of them.
    var profileNames: [String] { policies.keys.sorted() }

    /// What agents of `profile` may do, made once when the config was read.
    package func policy(for profile: Profile) -> Policy {
        guard let policy = policies[profile.name] else {
            preconditionFailure("A profile comes from the config whose policy is asked for.")
        }
        return policy
    }

    /// On whose behalf a host of `profile` works.
    package func person(
        of profile: Profile, in surroundings: Surroundings
    ) throws(Problem) -> Person {
        switch profile.onBehalfOf {
        case .account: return Person(name: surroundings.account, isClaimed: false)
        case .name(let name): return Person(name: name, isClaimed: true)
        case .environment(let variable):
            if let name = surroundings.variables[variable], !name.isEmpty {
                return Person(name: name, isClaimed: true)
            }
            throw problem(
                JSONPointer(tokens: ["profiles", profile.name, "on_behalf_of", "env"]),
                "the variable \(variable) names the person behind this profile, but it is not "
                    + "set; set it where the client starts the host")
        }
    }

    /// Two hosts with the same digest may do each other's work: same profile and person, and the
    /// same databases and secrets meant. Keyed, since names and paths can be guessed.
    package func environmentDigest(
        of profile: Profile, person: Person, secret: KeyedHash
    ) -> String {
        let document: JSONValue = .object([
            "profile": .string(profile.name),
            "person": .string(person.name),
            "claimed": .bool(person.isClaimed),
            "databases": .object(JSONObject(databases.map { ($0.key, .string($0.value)) })),
            "secrets": secretReferences,
        ])
        return Configuration.tag(document, "holdfast.environment.v1", secret)
    }

    /// The same for hosts whose approvers are told in the same ways, whatever their profile.
    package func noticeEnvironmentDigest(secret: KeyedHash) -> String {
        let document: JSONValue = .object([
            "notify": .array(notify.map(\.manifest)), "secrets": secretReferences,
        ])
        return Configuration.tag(document, "holdfast.notices.v1", secret)
    }

    private var secretReferences: JSONValue {
        .object(JSONObject(secrets.map { ($0.key, $0.value.reference) }))
    }

    private static func tag(_ value: JSONValue, _ domain: String, _ secret: KeyedHash) -> String {
        do {
            return secret.tag(domain, try value.canonicalBytes()).description
        } catch {
            preconditionFailure("What the host writes itself has a canonical form: \(error).")
        }
    }
}

/// What one kind of agent may do.
package struct Profile: Hashable, Sendable {
    package let name: String
    package let allow: [ToolName]
    package let onBehalfOf: OnBehalfOf

    package init(name: String, allow: [ToolName], onBehalfOf: OnBehalfOf) {
        self.name = name
        self.allow = allow
        self.onBehalfOf = onBehalfOf
    }
}

package enum OnBehalfOf: Hashable, Sendable {
    /// The account that the host runs under.
    case account
    case name(String)
    /// The value of a variable.
    case environment(String)
}

/// The person that an agent works for.
package struct Person: Hashable, Sendable {
    package let name: String
    /// Whether a config or a variable says so, rather than the operating system.
    package let isClaimed: Bool

    package init(name: String, isClaimed: Bool) {
        self.name = name
        self.isClaimed = isClaimed
    }
}

extension SecretSource {
    /// The reference, never the secret.
    fileprivate var reference: JSONValue {
        switch self {
        case .environment(let name): .object(["env": .string(name)])
        case .file(let path): .object(["file": .string(path)])
        case .command(let argv): .object(["command": .array(argv.map { .string($0) })])
        }
    }
}
