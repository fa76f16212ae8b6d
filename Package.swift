// swift-tools-version: 6.2
// The dependency graph, from the ground up. A target may name only targets above it, and each
// outside package is named by exactly one target (Tests/TidyTests checks both).
import PackageDescription

/// `HOLDFAST_CORE=1` leaves the pure core alone in the manifest, so that an edit of the core is
/// tested in seconds. Give it its own `--scratch-path` (the Makefile does).
let coreOnly = Context.environment["HOLDFAST_CORE"] == "1"

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func pure(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: [], swiftSettings: settings)
}

/// What tests share: no part of the product, and nothing in it may be imported by one.
func testSupport(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: settings)
}

func testProgram(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: settings)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let httpClient = Target.Dependency.product(
    name: "AsyncHTTPClient", package: "async-http-client")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let core: [Target] = [
    pure("JSON", []),
    pure("Proofs", ["JSON", crypto]),
    pure("JSONSchema", ["JSON"]),
    pure("MCP", ["JSON"]),
    pure("Engine", ["JSON", "JSONSchema", "Proofs"]),
    pure("Simulation", ["JSON", "JSONSchema", "Proofs", "Engine"]),
    tests("JSONTests", ["JSON"]),
    tests("ProofsTests", ["JSON", "Proofs"]),
    tests("JSONSchemaTests", ["JSON", "JSONSchema"]),
    tests("MCPTests", ["JSON", "JSONSchema", "MCP"]),
    .testTarget(
        name: "EngineTests", dependencies: ["JSON", "JSONSchema", "Proofs", "Engine"],
        exclude: ["Golden"], swiftSettings: settings),
    tests("SimulationTests", ["Engine", "Simulation"]),
    testSupport("FuzzCases", ["JSON", "JSONSchema", "MCP"]),
    tests("FuzzTests", ["FuzzCases"]),
]

/// `HOLDFAST_FUZZ=1` adds the coverage-guided fuzzer, which only builds with `--sanitize fuzzer`.
let isFuzzing = Context.environment["HOLDFAST_FUZZ"] == "1"

/// `HOLDFAST_SIMULATION=1` adds the program that plays worlds by their seeds.
let isSimulating = Context.environment["HOLDFAST_SIMULATION"] == "1"

let shell: [Target] = [
    .target(name: "CLinux"),
    pure("SQLite", ["CLinux", grdb]),
    pure("SQLiteJournal", ["Engine", "JSON", "Proofs", "SQLite"]),
    pure("Host", ["JSON", "Proofs", "JSONSchema", "MCP", "Engine", "CLinux", "SQLite",
        "SQLiteJournal", yams]),
    pure("Connectors", ["JSON", "Engine", "Host", "Proofs", "SQLite", "CLinux", httpClient]),
    .executableTarget(
        name: "holdfast",
        dependencies: ["JSON", "Engine", "Host", "Connectors", arguments],
        swiftSettings: settings),
    tests("SQLiteJournalTests", ["JSON", "Engine", "Proofs", "SQLite", "SQLiteJournal"]),
    tests("HostTests", ["JSON", "JSONSchema", "MCP", "Proofs", "Engine", "SQLiteJournal", "Host"]),
    tests("ConnectorsTests", ["JSON", "Proofs", "Engine", "Host", "SQLite", "Connectors"]),
    tests("TidyTests", []),
]

let coreDependencies: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2")
]
let shellDependencies: [Package.Dependency] = [
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
]

let package = Package(
    name: "holdfast",
    products: coreOnly ? [] : [.executable(name: "holdfast", targets: ["holdfast"])],
    dependencies: coreOnly ? coreDependencies : coreDependencies + shellDependencies,
    targets: (coreOnly ? core : core + shell)
        + (isFuzzing ? [testProgram("LibFuzzer", ["FuzzCases"])] : [])
        + (isSimulating ? [testProgram("SimulationRunner", ["Simulation"])] : []),
    swiftLanguageModes: [.v6]
)
