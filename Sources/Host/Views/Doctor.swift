// `holdfast doctor`: what is in use, and what is wrong with it. It looks and makes nothing.

import CLinux
import Engine
import Glibc
import SQLite

package struct Doctor: Sendable {
    package enum Level: String, Sendable { case good, warning, fault }

    struct Finding: Sendable {
        let level: Level
        let what: String
        let says: String
    }

    private(set) var findings: [Finding] = []

    package var hasFaults: Bool { findings.contains { $0.level == .fault } }

    package static func examine(_ project: Project) -> Doctor {
        var doctor = Doctor()
        doctor.look(at: project.configuration)
        doctor.lookAtLibrary()
        doctor.lookAtPlace(of: project.configuration)
        doctor.lookAtGroup(of: project.configuration)
        doctor.lookAtSecret(of: project.configuration)
        let catalog = project.catalog()
        doctor.look(at: catalog)
        doctor.lookAtApprovers(of: project.configuration)
        doctor.lookAtQuorums(of: project.configuration, catalog)
        doctor.lookAtJournal(of: project)
        return doctor
    }

    mutating func add(_ level: Level, _ what: String, _ says: String) {
        findings.append(Finding(level: level, what: what, says: says.shownInLine))
    }

    private mutating func look(at configuration: Configuration) {
        add(.good, "holdfast", HoldfastVersion.text)
        add(.good, "config", configuration.isBuiltin ? "built-in (no file)" : configuration.path)
        let names = configuration.profiles.map(\.name).joined(separator: ", ")
        add(.good, "profiles", names)
        guard !configuration.notify.isEmpty else { return }
        add(.good, "notify", configuration.notify.map(\.words).joined(separator: ", "))
    }

    private mutating func lookAtLibrary() {
        let version = SharedDatabase.libraryVersion
        let hasRace = Doctor.hasResetRace(version)
        add(
            .good, "sqlite",
            hasRace
                ? "\(version); versions up to 3.51.2 can lose pages when a WAL checkpoint races "
                    + "a write; Holdfast keeps the two apart with a lock of its own"
                : version)
    }

    /// Whether a library has the WAL-reset race (DESIGN section 11).
    static func hasResetRace(_ version: String) -> Bool {
        let parts = version.split(separator: ".").map { Int($0) ?? 0 }
        return parts.lexicographicallyPrecedes([3, 51, 3])
    }

    private mutating func lookAtPlace(of configuration: Configuration) {
        let path = configuration.storePath
        var place = path
        while access(place, F_OK) != 0, place != "/" { place = Paths.folder(of: place) }
        add(.good, "journal", place == path ? path : "\(path) (made on first use)")
        do {
            if let network = try FileSystemType(of: place).networkName {
                add(
                    .fault, "file system",
                    "\(place) lies on \(network), where locks and flushes cannot be relied on; "
                        + "name a place on a local disk in `store`")
            } else {
                add(.good, "file system", "local")
            }
        } catch {
            add(.warning, "file system", "\(error)")
        }
        for needed in Set([place, Paths.folder(of: path)]).sorted()
        where access(needed, F_OK) == 0 && access(needed, W_OK) != 0 {
            add(.fault, "permissions", "\(needed) cannot be written by this account")
        }
    }

    private mutating func lookAtSecret(of configuration: Configuration) {
        let path = configuration.recordSecretPath
        var status = stat()
        if stat(path, &status) != 0 {
            // Who may not look into the folder has been told so.
            guard errno == ENOENT || errno == ENOTDIR else { return }
            if access(configuration.storePath, F_OK) == 0 {
                add(
                    .fault, "secret",
                    "\(path) is gone, but the journal was made with it: a new one would make "
                        + "repeated calls look like new ones; put it back")
            }
        } else if status.st_mode & 0o077 != 0 {
            add(.fault, "secret", "\(path) can be read by others; run chmod 600 \(path)")
        } else {
            add(.good, "secret", "readable by its owner alone")
        }
    }

    private mutating func look(at catalog: Catalog) {
        add(.good, "tools", "\(catalog.tools.count)")
        for problem in catalog.problems { add(.fault, "manifest", problem.description) }
        for warning in catalog.warnings { add(.warning, "manifest", warning.description) }
    }
}

extension Configuration {
    fileprivate var path: String {
        switch source {
        case .file(let path): path
        case .builtin: file
        }
    }
}
