// Configs: where they are found, what they come to, and what is refused.

import Engine
import Host
import JSON
import Proofs
import Testing

struct CatalogConfigurationTests {
    private func read(
        _ text: String, in surroundings: Surroundings, at path: String = "/srv/desk/holdfast.yaml"
    ) throws -> Configuration {
        let document = try SourceDocument.parse(Array(text.utf8), shownAs: "holdfast.yaml")
        return try Configuration.read(document, path: path, in: surroundings)
    }

    private func problems(_ text: String) -> [String] {
        let surroundings = Surroundings(
            home: "/home/ada", workingFolder: "/", variables: [:], account: "ada")
        do {
            _ = try read(text, in: surroundings)
            return []
        } catch let problems as Problems {
            return problems.all.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func everyKey() throws {
        let folder = try TemporaryFolder()
        try folder.write("tools/a.yaml", "")
        let configuration = try read(
            """
            store: { sqlite: state/./journal.db, group: desk }
            tools: [tools, ./tools/a.yaml]
            databases: { workspace: { sqlite: ~/desk.db }, other: { sqlite: /var/lib/o.db } }
            secrets:
              crm: { env: CRM_TOKEN }
              key: { file: secrets/key }
              vault: { command: [bin/vault, read, crm] }
              plain: { command: [vault] }
            profiles:
              support: { allow: [a, b] }
              night: { allow: [], on_behalf_of: { env: WHO } }
              night2: { allow: [a], on_behalf_of: Bo }
            audit: { secret: ~/.keys/record }
            lease: 30s
            grace: 0s
            """, in: folder.surroundings(), at: folder.path + "/holdfast.yaml")
        #expect(configuration.storePath == folder.path + "/state/journal.db")
        #expect(configuration.stateFolder == folder.path + "/state")
        #expect(configuration.group == "desk")
        #expect(configuration.toolPaths == [folder.path + "/tools", folder.path + "/tools/a.yaml"])
        #expect(
            configuration.databases
                == ["workspace": "/home/ada/desk.db", "other": "/var/lib/o.db"])
        #expect(
            configuration.secrets == [
                "crm": .environment("CRM_TOKEN"), "key": .file(folder.path + "/secrets/key"),
                "vault": .command([folder.path + "/bin/vault", "read", "crm"]),
                "plain": .command(["vault"]),
            ])
        #expect(configuration.profiles.map(\.name) == ["support", "night", "night2"])
        #expect(
            configuration.profiles.map(\.onBehalfOf)
                == [.account, .environment("WHO"), .name("Bo")])
        #expect(configuration.profiles[0].allow == [ToolName("a"), ToolName("b")])
        #expect(configuration.recordSecretPath == "/home/ada/.keys/record")
        #expect(configuration.leaseMs == 30_000 && configuration.graceMs == 0)
        #expect(!configuration.isBuiltin)
    }

    @Test func defaults() throws {
        let folder = try TemporaryFolder()
        try folder.write("tools/a.yaml", "")
        let configuration = try read(
            "tools: [tools]\nprofiles: { p: { allow: [] } }", in: folder.surroundings(),
            at: folder.path + "/holdfast.yaml")
        #expect(configuration.storePath == "/home/ada/.local/state/holdfast/journal.db")
        #expect(configuration.recordSecretPath == "/home/ada/.local/state/holdfast/record.secret")
        #expect(configuration.leaseMs == 10_000 && configuration.graceMs == 1_000)
        #expect(configuration.databases.isEmpty && configuration.secrets.isEmpty)
    }

    @Test(arguments: [
        ("[]", ["1: must be a map of keys, but array is here"]),
        ("tools: [/]\nprofile: {}",
            [
                "1: the key `profiles` is missing; add it",
                "2: /profile: unknown key; did you mean \"profiles\"?",
            ]),
        ("tools: []\nprofiles: {}",
            [
                "1: /tools: names no manifests; name a file or a folder of them",
                "2: /profiles: names no profile; add one with the tools it may call",
            ]),
        ("tools: [nowhere]\nprofiles: { p: { allow: [] } }",
            [
                "1: /tools/0: there is nothing at `srv/desk/nowhere`; create it or correct the path"
            ]),
        ("tools: [/]\nprofiles:\n  p: { alow: [] }",
            [
                "3: /profiles/p/alow: unknown key; did you mean \"allow\"?",
                "3: /profiles/p: the key `allow` is missing; add it",
            ]),
        ("tools: [/]\nprofiles:\n  2p: { allow: [a, a, 1] }",
            [
                "3: /profiles/2p: a name here is 1 to 64 of letters, digits, _ and -, "
                    + "a letter first",
                "3: /profiles/2p/allow/1: `a` stands twice in this list; remove one",
                "3: /profiles/2p/allow/2: must be text, but integer is here; put quotes around it",
            ]),
        ("tools: [/]\nprofiles:\n  p: { allow: [], on_behalf_of: { env: '' } }",
            ["3: /profiles/p/on_behalf_of/env: `` is not the name of a variable"]),
        ("tools: [/]\nprofiles:\n  p: { allow: [], on_behalf_of: {} }",
            ["3: /profiles/p/on_behalf_of: the key `env` is missing; add it"]),
        ("tools: [/]\nprofiles:\n  p: { allow: [], on_behalf_of: '' }",
            ["3: /profiles/p/on_behalf_of: is empty; name a person or remove it"]),
        ("tools: [/]\nprofiles: { p: { allow: [] } }\nstore: {}",
            ["3: /store: the key `sqlite` is missing; add it"]),
        ("tools: [/]\nprofiles: { p: { allow: [] } }\nstore: { sqlite: ~bo/x.db }",
            [
                "3: /store/sqlite: `~bo/x.db`: only your own home can be written with ~; "
                    + "write the path out"
            ]),
        ("tools: [/]\nprofiles: { p: { allow: [] } }\ndatabases: { d: { sqlite: '' } }",
            ["3: /databases/d/sqlite: is not a path; name a file or a folder"]),
        ("tools: [/]\nprofiles: { p: { allow: [] } }\nsecrets: { s: { env: A, file: b }, t: {} }",
            [
                "3: /secrets/s: a secret has exactly one of env, file and command",
                "3: /secrets/t: a secret has exactly one of env, file and command",
            ]),
        ("tools: [/]\nprofiles: { p: { allow: [] } }\nsecrets: { s: { command: vault } }",
            ["3: /secrets/s/command: must be a list: the program and its arguments"]),
        ("tools: [/]\nprofiles: { p: { allow: [] } }\nlease: 1ms\ngrace: soon",
            [
                "3: /lease: `1ms` is out of range; write one from 1s to 1h",
                "4: /grace: `soon` is not a duration; write a whole number and ms, s, m, h or d, "
                    + "as in 10s",
            ]),
    ])
    func refusals(text: String, expected: [String]) {
        #expect(problems(text) == expected.map { "holdfast.yaml:" + $0 })
    }

    @Test func everyLaterKeyIsRefusedByName() {
        let good = "tools: [/]\nprofiles: { p: { allow: [] } }\n"
        for key in ["servers", "retention"] {
            #expect(
                problems(good + "\(key): []")
                    == ["holdfast.yaml:3: /\(key): \(Self.notEnforced(key))"])
        }
        for key in ["origin", "key", "checkpoints"] {
            #expect(
                problems(good + "audit: { \(key): x }")
                    == ["holdfast.yaml:3: /audit/\(key): \(Self.notEnforced(key))"])
        }
    }

    private static func notEnforced(_ key: String) -> String {
        "`\(key)` is not enforced by this release yet; remove it"
    }

    @Test func profileIsChosen() throws {
        let surroundings = Surroundings(
            home: "/h", workingFolder: "/", variables: [:], account: "ada")
        func choose(_ profiles: String, _ name: String?) -> String {
            do {
                let configuration = try read("tools: [/]\nprofiles: \(profiles)", in: surroundings)
                return try configuration.profile(named: name).name
            } catch {
                return "\(error)"
            }
        }
        let two = "{ desk: { allow: [] }, night: { allow: [] } }"
        #expect(choose("{ desk: { allow: [] } }", nil) == "desk")
        #expect(choose("{ desk: { allow: [] }, default: { allow: [] } }", nil) == "default")
        #expect(choose(two, "night") == "night")
        #expect(
            choose(two, nil)
                == "holdfast.yaml:2: /profiles: there are several profiles and none is named "
                + "default; choose one with --profile: desk, night")
        #expect(
            choose(two, "nihgt")
                == "holdfast.yaml:2: /profiles: there is no profile `nihgt`; "
                + "did you mean \"night\"?")
        #expect(
            choose(two, "somebody")
                == "holdfast.yaml:2: /profiles: there is no profile `somebody`; "
                + "the profiles are desk, night")
    }

    @Test func personIsTheAccountUnlessClaimed() throws {
        let text = """
            tools: [/]
            profiles:
              a: { allow: [] }
              b: { allow: [], on_behalf_of: Bo }
              c: { allow: [], on_behalf_of: { env: WHO } }
            """
        func person(_ name: String, _ variables: [String: String]) throws -> Person {
            let surroundings = Surroundings(
                home: "/h", workingFolder: "/", variables: variables, account: "ada")
            let configuration = try read(text, in: surroundings)
            return try configuration.person(
                of: configuration.profile(named: name), in: surroundings)
        }
        #expect(try person("a", ["USER": "eve"]) == Person(name: "ada", isClaimed: false))
        #expect(try person("b", [:]) == Person(name: "Bo", isClaimed: true))
        #expect(try person("c", ["WHO": "Cy"]) == Person(name: "Cy", isClaimed: true))
        for variables in [[:], ["WHO": ""]] {
            let problem = #expect(throws: Problem.self) { try person("c", variables) }
            #expect(
                problem?.description
                    == "holdfast.yaml:5: /profiles/c/on_behalf_of/env: the variable WHO names the "
                    + "person behind this profile, but it is not set; set it where the client "
                    + "starts the host")
        }
    }

    @Test func environmentDigestTellsApartWhatMatters() throws {
        let surroundings = Surroundings(
            home: "/h", workingFolder: "/", variables: [:], account: "ada")
        func digest(
            database: String = "/d", secret: String = "env: A", profile: String = "p",
            person: String = "ada", claimed: Bool = false, key: UInt8 = 1
        ) throws -> String {
            let text = """
                tools: [/]
                databases: { d: { sqlite: \(database) } }
                secrets: { s: { \(secret) } }
                profiles: { p: { allow: [a] }, q: { allow: [] } }
                """
            let configuration = try read(text, in: surroundings)
            return configuration.environmentDigest(
                of: try configuration.profile(named: profile),
                person: Person(name: person, isClaimed: claimed),
                secret: KeyedHash(secret: [UInt8](repeating: key, count: 32)))
        }
        let base = try digest()
        #expect(base.hasPrefix("hmac-sha256:"))
        #expect(try digest() == base)
        #expect(try digest(database: "/./d") == base)
        let others = [
            try digest(database: "/e"), try digest(secret: "file: A"), try digest(secret: "env: B"),
            try digest(secret: "command: [A]"), try digest(profile: "q"), try digest(person: "bo"),
            try digest(claimed: true), try digest(key: 2),
        ]
        #expect(Set(others + [base]).count == others.count + 1)
    }
}

struct CatalogConfigurationSourceTests {
    private let text = "tools: [/]\nprofiles: { p: { allow: [] } }\n"

    @Test func placesInTheirOrder() throws {
        let folder = try TemporaryFolder()
        let home = try TemporaryFolder()
        func find(_ explicit: String? = nil, _ variables: [String: String] = [:]) throws
            -> ConfigurationSource
        {
            // `$HOME` leads nowhere: the home is the account's.
            let all = variables.merging(["HOME": folder.path]) { a, _ in a }
            return try .find(
                explicit: explicit, in: folder.surroundings(home: home.path, variables: all))
        }
        #expect(try find() == .builtin)
        #expect(try find(nil, ["HOLDFAST_CONFIG": ""]) == .builtin)
        try home.write(".config/holdfast/holdfast.yaml", text)
        #expect(try find() == .file(home.path + "/.config/holdfast/holdfast.yaml"))
        try folder.write("holdfast.yaml", text)
        #expect(try find() == .file(folder.path + "/holdfast.yaml"))
        try folder.write("other.yaml", text)
        #expect(
            try find(nil, ["HOLDFAST_CONFIG": "other.yaml"])
                == .file(folder.path + "/other.yaml"))
        try home.write("mine.yaml", text)
        #expect(
            try find("~/mine.yaml", ["HOLDFAST_CONFIG": "other.yaml"])
                == .file(home.path + "/mine.yaml"))
    }

    @Test func aConfigThatWasNamedMustBeThere() throws {
        let folder = try TemporaryFolder()
        try folder.write("holdfast.yaml", text)
        let named = #expect(throws: Problem.self) {
            try ConfigurationSource.find(explicit: "no.yaml", in: folder.surroundings())
        }
        #expect(
            named?.description
                == "no.yaml: this config, named by --config, does not exist; "
                + "write it with `holdfast init`, or name another")
        let variable = #expect(throws: Problem.self) {
            try ConfigurationSource.find(
                explicit: nil,
                in: folder.surroundings(variables: ["HOLDFAST_CONFIG": "/no/such.yaml"]))
        }
        #expect(variable?.message.contains("named by $HOLDFAST_CONFIG") == true)
    }

    @Test func builtinHasTheDeskUnderTheHome() throws {
        let folder = try TemporaryFolder()
        let configuration = try Configuration.load(
            explicit: nil, in: folder.surroundings(home: "/home/bo"))
        #expect(configuration.isBuiltin)
        #expect(configuration.storePath == "/home/bo/.local/state/holdfast/journal.db")
        #expect(
            configuration.databases
                == ["workspace": "/home/bo/.local/state/holdfast/workspace.db"])
        #expect(try configuration.profile(named: nil).name == "default")
    }

    @Test func surroundingsAreReal() {
        let surroundings = Surroundings.current()
        #expect(surroundings.home.hasPrefix("/") && surroundings.workingFolder.hasPrefix("/"))
        #expect(!surroundings.account.isEmpty)
        #expect(surroundings.variables["PATH"] != nil)
    }

    @Test func pathsAreShownAsWritten() {
        let surroundings = Surroundings(
            home: "/home/ada", workingFolder: "/srv/desk", variables: [:], account: "ada")
        #expect(surroundings.shown("/srv/desk/tools/a.yaml") == "tools/a.yaml")
        #expect(surroundings.shown("/srv/desk2/a.yaml") == "/srv/desk2/a.yaml")
        #expect(surroundings.resolve("~", in: "/x") == "/home/ada")
        #expect(surroundings.resolve("./a//b/", in: "/x") == "/x/a/b")
        #expect(surroundings.resolve("../a", in: "/x") == "/x/../a")
    }
}
