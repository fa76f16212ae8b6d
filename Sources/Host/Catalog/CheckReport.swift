// What `holdfast check` finds: every problem and every warning of the files it was given. How it
// is printed, and with which exit code, is the command line's part.

package import JSON

package struct CheckReport: Sendable {
    /// The files that were checked.
    package let files: [String]
    package let problems: [Problem]
    package let warnings: [Problem]

    package var isGood: Bool { problems.isEmpty }

    /// Checks the config in use and its tools, or the manifests, folders and configs at `paths`.
    package static func make(
        paths: [String], explicitConfig: String?, kinds: [any ConnectorKind],
        in surroundings: Surroundings
    ) -> CheckReport {
        let checker = Checker(kinds: kinds, surroundings: surroundings)
        if paths.isEmpty { return checker.configuration(explicit: explicitConfig) }
        var manifests: [String] = []
        var reports: [CheckReport] = []
        for path in paths {
            let absolute = surroundings.resolve(path, in: surroundings.workingFolder)
            let inside = absolute + "/" + ConfigurationSource.fileName
            if Paths.isFolder(absolute), Paths.exists(inside) {
                reports.append(checker.configuration(explicit: inside))
            } else if checker.isConfiguration(absolute) {
                reports.append(checker.configuration(explicit: absolute))
            } else {
                manifests.append(absolute)
            }
        }
        if !manifests.isEmpty {
            reports.append(checker.manifests(manifests, explicitConfig: explicitConfig))
        }
        return CheckReport(
            files: reports.flatMap(\.files), problems: reports.flatMap(\.problems),
            warnings: reports.flatMap(\.warnings))
    }

    /// Problems, warnings, and a line that sums up.
    package var text: String {
        let lines =
            problems.map(\.description) + warnings.map { "warning: \($0)" } + [summary]
        return lines.joined(separator: "\n")
    }

    private var summary: String {
        func count(_ count: Int, _ word: String) -> String {
            "\(count) \(word)\(count == 1 ? "" : "s")"
        }
        return "\(count(files.count, "file")) checked, \(count(problems.count, "problem")), "
            + count(warnings.count, "warning")
    }

    package var json: JSONValue {
        .object([
            "files": .array(files.map { .string($0) }),
            "problems": .array(problems.map(\.json)),
            "warnings": .array(warnings.map(\.json)),
        ])
    }
}

extension Problem {
    package var json: JSONValue {
        .object([
            "file": .string(file),
            "line": line.map { .integer($0) } ?? .null,
            "path": .string(pointer.description),
            "message": .string(message),
        ])
    }
}

private struct Checker {
    let kinds: [any ConnectorKind]
    let surroundings: Surroundings

    func configuration(explicit: String?) -> CheckReport {
        do {
            let configuration = try Configuration.load(explicit: explicit, in: surroundings)
            let catalog = Catalog.load(configuration, kinds: kinds, in: surroundings)
            let ofRules =
                CatalogRules(configuration).warnings(
                    among: catalog.tools.map(\.manifest), account: surroundings.account)
                + RuleCoverage.warnings(configuration, catalog)
            return CheckReport(
                files: [configuration.file] + catalog.files, problems: catalog.problems,
                warnings: catalog.warnings + ofRules)
        } catch {
            let files = error.all.first.map { [$0.file] } ?? []
            return CheckReport(files: files, problems: error.all, warnings: [])
        }
    }

    /// Manifests are checked among the tools of the config in use and of their own folders, since
    /// they may name those.
    func manifests(_ paths: [String], explicitConfig: String?) -> CheckReport {
        let configuration: Configuration
        do {
            configuration = try Configuration.load(explicit: explicitConfig, in: surroundings)
        } catch {
            return CheckReport(files: [], problems: error.all, warnings: [])
        }
        let (given, problems) = ToolFiles.at(paths, in: surroundings)
        let folders = Set(given.map(\.folder)).sorted()
        let siblings = ToolFiles.at(folders, in: surroundings).files
        var context: [ToolFile] = []
        for file in siblings + ToolFiles.of(configuration, in: surroundings).files
        where !(given + context).contains(where: { $0.content == file.content }) {
            var file = file
            file.isContext = true
            context.append(file)
        }
        var loader = CatalogLoader(
            maker: ConnectorMaker(kinds: kinds, configuration: configuration),
            problems: problems)
        let catalog = loader.load(given + context)
        // What the config says of its tools was not asked for.
        let asked = catalog.problems.filter { $0.file != configuration.file }
        return CheckReport(files: catalog.files, problems: asked, warnings: catalog.warnings)
    }

    /// By its name, or by keys that no manifest has.
    func isConfiguration(_ path: String) -> Bool {
        if Paths.name(of: path) == ConfigurationSource.fileName { return true }
        guard !Paths.isFolder(path) else { return false }
        do {
            let document = try SourceDocument.read(path: path, shownAs: path)
            return document.value["profiles"] != nil || document.value["store"] != nil
        } catch {
            // What cannot be read is reported when it is read as a manifest.
            return false
        }
    }
}
