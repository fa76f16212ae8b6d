// The layout of the sources as a table: which target may import what. The order is the
// direction: a target imports only targets above it. Rules read it; nothing here checks.

struct Layout: Sendable {
    /// One target of `Sources`, and what its files may import.
    struct Row: Sendable {
        let target: String
        let targets: Set<String>
        let packages: Set<String>
        /// Modules that come along with those packages.
        var companions: Set<String> = []
        let isCore: Bool

        func allows(_ module: String) -> Bool {
            targets.contains(module) || packages.contains(module) || companions.contains(module)
                || (!isCore && Layout.platform.contains(module))
        }
    }

    let rows: [Row]

    func row(_ target: String) -> Row? { rows.first { $0.target == target } }

    /// The modules that packages give us. Each has exactly one importer.
    var packages: [String] { rows.flatMap(\.packages).sorted() }

    /// What comes with the toolchain. The core may not even have these: they bring clocks,
    /// threads, locales and the file system. (FoundationNetworking is left out on purpose: it
    /// loads fifty shared libraries and cannot be linked statically.)
    static let platform: Set<String> = [
        "Foundation", "FoundationEssentials", "Glibc", "Musl", "Dispatch", "Synchronization",
    ]

    static let holdfast = Layout(rows: [
        core("JSON", []),
        core("Proofs", ["JSON"], packages: ["Crypto"]),
        core("JSONSchema", ["JSON"]),
        core("MCP", ["JSON"]),
        core("Engine", ["JSON", "JSONSchema", "Proofs"]),
        core("Simulation", ["JSON", "JSONSchema", "Proofs", "Engine"]),
        shell("AuditLog", ["JSON", "Engine", "Proofs"]),
        shell("CLinux", []),
        // GRDB brings SQLite's own C module along; downstream databases are opened with that.
        shell("SQLite", ["CLinux"], packages: ["GRDB"], companions: ["GRDBSQLite"]),
        shell("SQLiteJournal", ["JSON", "Proofs", "Engine", "SQLite"]),
        shell(
            "Host",
            [
                "JSON", "Proofs", "JSONSchema", "MCP", "Engine", "AuditLog", "CLinux", "SQLite",
                "SQLiteJournal",
            ],
            packages: ["Yams"]),
        // The HTTP client speaks of methods, headers and deadlines in the words of these.
        shell(
            "Connectors", ["JSON", "Engine", "MCP", "Host", "Proofs", "SQLite", "CLinux"],
            packages: ["AsyncHTTPClient"], companions: ["NIOCore", "NIOHTTP1"]),
        shell(
            "holdfast", ["JSON", "Engine", "Host", "Connectors"], packages: ["ArgumentParser"]),
    ])

    private static func core(
        _ target: String, _ targets: Set<String>, packages: Set<String> = []
    ) -> Row {
        Row(target: target, targets: targets, packages: packages, isCore: true)
    }

    private static func shell(
        _ target: String, _ targets: Set<String>, packages: Set<String> = [],
        companions: Set<String> = []
    ) -> Row {
        Row(
            target: target, targets: targets, packages: packages, companions: companions,
            isCore: false)
    }
}
