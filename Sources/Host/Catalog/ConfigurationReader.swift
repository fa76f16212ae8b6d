// From a document to a config. Each part is read in one place.

import Engine
import JSON

extension Configuration {
    /// Finds, reads and checks the config.
    package static func load(
        explicit: String?, in surroundings: Surroundings
    ) throws(Problems) -> Configuration {
        do {
            switch try ConfigurationSource.find(explicit: explicit, in: surroundings) {
            case .builtin: return builtin(in: surroundings)
            case .file(let path):
                let document = try SourceDocument.read(
                    path: path, shownAs: surroundings.shown(path))
                return try read(document, path: path, in: surroundings)
            }
        } catch let problem as Problem {
            throw Problems([problem])
        } catch let problems as Problems {
            throw problems
        } catch {
            preconditionFailure("Loading a config throws only the two errors caught above.")
        }
    }

    /// - Throws: every problem of the document.
    package static func read(
        _ document: SourceDocument, path: String, in surroundings: Surroundings
    ) throws(Problems) -> Configuration {
        var findings = Findings()
        if let root = Part(document.value, at: .root, keys: ConfigurationKeys.root, &findings) {
            var reader = ConfigurationReader(
                root: root, folder: Paths.folder(of: path), surroundings: surroundings,
                findings: findings)
            let configuration = reader.configuration(document, source: .file(path))
            findings = reader.findings
            if findings.all.isEmpty { return configuration }
        }
        throw Problems(findings.problems(in: document))
    }

    /// The config that is part of the program: the booking desk, for anybody who asks.
    package static func builtin(in surroundings: Surroundings) -> Configuration {
        do {
            let document = try SourceDocument.parse(
                Array(BuiltinConfiguration.text.utf8), shownAs: "built-in holdfast.yaml")
            var reader = ConfigurationReader(
                root: Part(document.value), folder: surroundings.workingFolder,
                surroundings: surroundings, findings: Findings())
            let configuration = reader.configuration(document, source: .builtin)
            precondition(reader.findings.all.isEmpty, "The built-in config is a good one.")
            return configuration
        } catch {
            preconditionFailure("The built-in config is a good one: \(error)")
        }
    }
}

struct ConfigurationReader {
    let root: Part
    let folder: String
    let surroundings: Surroundings
    var findings: Findings

    mutating func configuration(
        _ document: SourceDocument, source: ConfigurationSource
    ) -> Configuration {
        let storePath = storePath()
        let approvers = approvers()
        let rules = rules(approvers)
        let profiles = profiles()
        let parts = ConfigurationParts(
            storePath: storePath, group: group(),
            toolPaths: source == .builtin ? [] : toolPaths(), databases: databases(),
            secrets: secrets(), profiles: profiles, approvers: approvers,
            operators: operators(), rules: rules,
            policies: policies(profiles, approvers, rules),
            recordSecretPath: recordSecretPath(storePath), notify: notifyTargets(),
            leaseMs: root.duration(
                "lease", least: 1_000, most: CatalogLimits.maxLeaseMs, &findings)
                ?? Configuration.defaultLeaseMs,
            graceMs: root.duration("grace", least: 0, &findings)
                ?? Configuration.defaultGraceMs)
        return Configuration(parts, source: source, folder: folder, document: document)
    }

    private mutating func storePath() -> String {
        let standard = surroundings.resolve(Configuration.defaultStorePath, in: folder)
        guard let part = root.part("store", keys: ConfigurationKeys.store, &findings),
            part.required("sqlite", &findings) != nil
        else { return standard }
        return path("sqlite", of: part) ?? standard
    }

    private mutating func recordSecretPath(_ storePath: String) -> String {
        let standard = Paths.folder(of: storePath) + "/" + Configuration.recordSecretName
        guard let part = root.part("audit", keys: ConfigurationKeys.audit, &findings) else {
            return standard
        }
        return path("secret", of: part) ?? standard
    }

    private mutating func toolPaths() -> [String] {
        guard let value = root.required("tools", &findings) else { return [] }
        let texts = Part.texts(value, at: root.place("tools"), &findings)
        if value.arrayValue?.isEmpty == true {
            findings.add(
                root.place("tools"), "names no manifests; name a file or a folder of them")
        }
        var paths: [String] = []
        for (text, place) in texts {
            guard let path = resolve(text, at: place) else { continue }
            if !Paths.exists(path) {
                findings.add(
                    place,
                    "there is nothing at `\(surroundings.shown(path))`; "
                        + "create it or correct the path")
            }
            paths.append(path)
        }
        return paths
    }

    private mutating func databases() -> [String: String] {
        var databases: [String: String] = [:]
        for (name, part) in named("databases", keys: ConfigurationKeys.database) {
            guard part.required("sqlite", &findings) != nil else { continue }
            databases[name] = path("sqlite", of: part)
        }
        return databases
    }

    private mutating func secrets() -> [String: SecretSource] {
        var secrets: [String: SecretSource] = [:]
        for (name, part) in named("secrets", keys: ConfigurationKeys.secret) {
            let given = ConfigurationKeys.secret.known.filter(part.has)
            guard given.count == 1 else {
                findings.add(
                    part.pointer, "a secret has exactly one of env, file and command")
                continue
            }
            if part.has("env") {
                secrets[name] = variable("env", of: part).map { .environment($0) }
            } else if part.has("file") {
                secrets[name] = path("file", of: part).map { .file($0) }
            } else {
                secrets[name] = command(of: part).map { .command($0) }
            }
        }
        return secrets
    }

    mutating func command(of part: Part) -> [String]? {
        let place = part.place("command")
        guard let elements = part.object["command"]?.arrayValue, !elements.isEmpty else {
            findings.add(place, "must be a list: the program and its arguments")
            return nil
        }
        var argv: [String] = []
        for (index, element) in elements.enumerated() {
            guard let text = Part.text(element, at: place.appending(index: index), &findings)
            else { return nil }
            argv.append(text)
        }
        guard !argv[0].isEmpty else {
            findings.add(place.appending(index: 0), "is empty; name a program")
            return nil
        }
        if argv[0].contains("/") { argv[0] = surroundings.resolve(argv[0], in: folder) }
        return argv
    }

    /// The members of a map whose keys are names that the author chooses.
    mutating func named(_ key: String, keys: KeyTable) -> [(name: String, part: Part)] {
        guard let map = root.part(key, keys: nil, &findings) else { return [] }
        var parts: [(name: String, part: Part)] = []
        for member in map.object {
            let place = map.place(member.name)
            if !ConfigurationReader.isName(member.name) {
                findings.add(
                    place, "a name here is 1 to 64 of letters, digits, _ and -, a letter first")
            }
            guard let part = Part(member.value, at: place, keys: keys, &findings) else {
                continue
            }
            parts.append((member.name, part))
        }
        return parts
    }

    static func isName(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count), let first = text.first, first.isASCII,
            first.isLetter
        else { return false }
        return text.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isWholeNumber || $0 == "_" || $0 == "-")
        }
    }

    mutating func variable(_ name: String, of part: Part) -> String? {
        guard let text = part.text(name, &findings) else { return nil }
        guard !text.isEmpty, !text.contains("="), !text.contains("\0") else {
            findings.add(part.place(name), "`\(text)` is not the name of a variable")
            return nil
        }
        return text
    }

    mutating func path(_ name: String, of part: Part) -> String? {
        guard let text = part.text(name, &findings) else { return nil }
        return resolve(text, at: part.place(name))
    }

    private mutating func resolve(_ text: String, at place: JSONPointer) -> String? {
        guard !text.isEmpty, !text.contains("\0") else {
            findings.add(place, "is not a path; name a file or a folder")
            return nil
        }
        guard !text.hasPrefix("~") || text == "~" || text.hasPrefix("~/") else {
            findings.add(
                place, "`\(text)`: only your own home can be written with ~; write the path out")
            return nil
        }
        return surroundings.resolve(text, in: folder)
    }
}
