// What the tests of connectors share: folders that vanish, calls, databases, the built program.

@testable import Engine
import Foundation
import Host
import JSON
import Proofs
import SQLite
import Testing

@testable import Connectors

/// A folder for one test, gone with it.
final class Scratch: Sendable {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "/holdfast-connectors-" + UUID().uuidString
        mkdir(path, 0o700)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch { print("left: \(path)") }
    }

    func file(_ name: String) -> String { path + "/" + name }

    @discardableResult
    func write(_ text: String, to name: String, mode: mode_t = 0o600) throws -> String {
        try text.write(toFile: file(name), atomically: false, encoding: .utf8)
        chmod(file(name), mode)
        return file(name)
    }

    func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: file(name)).map { String(decoding: $0, as: UTF8.self) }
    }

    func context(
        _ delivery: Delivery, input: JSONValue = ["type": "object", "additionalProperties": [:]],
        secrets: [String: SecretSource] = [:], notFound: String? = nil
    ) -> ConnectorContext {
        ConnectorContext(
            tool: ToolName("a_tool"), delivery: delivery, input: input, output: nil, folder: path,
            databases: ["desk": file("desk.db"), "other": file("other.db")], secrets: secrets,
            stateFolder: path, notFound: notFound)
    }
}

func call(_ number: Int) -> CallID {
    let digits = String(number)
    return CallID(unchecked: "call_" + String(repeating: "0", count: 36 - digits.count) + digits)
}

func attempt(
    _ arguments: JSONObject = [:], call callNumber: Int = 1, number: Int = 1,
    purpose: Attempt.Purpose = .effect, delivery: Delivery = .read, timeoutMs: Int64 = 10_000,
    approval: JSONValue? = nil
) -> Attempt {
    Attempt(
        basis: aRun(RunID(firstOf: callNumber)), call: call(callNumber), number: number,
        purpose: purpose, owner: OwnerID(unchecked: "own_" + String(repeating: "0", count: 36)),
        tool: ToolName("a_tool"), manifest: ManifestDigest(Digest.sha256([1])),
        delivery: delivery, arguments: arguments, timeoutMs: timeoutMs, approval: approval)
}

private func aRun(_ id: RunID) -> Run {
    let opened = RunOpened(
        caller: Caller(profile: "support", person: "ana", account: "ana"), isSingle: true,
        pins: [], intent: nil, purpose: nil, intentID: nil)
    guard let run = Run(id: id, opening: .runOpened(opened), at: Instant(ms: 0)) else {
        preconditionFailure("A run_opened event opens a run.")
    }
    return run
}

extension RunID {
    init(firstOf number: Int) { self.init(unchecked: "run_" + call(number).suffix) }
}

extension AttemptOutcome {
    var failure: Failure? { if case .failed(let failure) = self { failure } else { nil } }
    var result: JSONValue? { if case .succeeded(let value) = self { value } else { nil } }
    var tooLargeByteCount: Int? {
        if case .succeededTooLarge(let count) = self { count } else { nil }
    }
    var unknownReason: String? { if case .unknown(let reason) = self { reason } else { nil } }
}

/// The problem that `kind` finds in `spec`; nil where it finds none.
func problem(
    in spec: JSONObject, _ kind: any ConnectorKind, _ context: ConnectorContext
) -> SpecProblem? {
    do throws(SpecProblem) {
        _ = try kind.connector(for: spec, of: context)
        return nil
    } catch {
        return error
    }
}

/// Runs SQL on a database by another way than the connector's own.
func open(_ path: String, _ access: StatementDatabase.Access = .create) throws -> StatementDatabase
{
    try StatementDatabase(path: path, access: access, patience: Patience(forMs: 5000))
}

extension StatementDatabase {
    func all(_ sql: String) throws -> [[StatementValue]] {
        var rows: [[StatementValue]] = []
        try statement(sql).run { row in
            rows.append(row.columns.indices.map { row.value(at: $0) })
            return true
        }
        return rows
    }

    func count(_ table: String) throws -> Int64 {
        guard case .integer(let count)? = try all("SELECT count(*) FROM \(table)").first?.first
        else { return -1 }
        return count
    }

    func script(_ sql: String) throws { try runScript(sql, patience: Patience(forMs: 5000)) }
}

/// The built `holdfast`, which is also the leash; it stands beside the program of the tests.
enum Program {
    static let path: String? = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return nil }
        let own = String(
            decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = own.split(separator: "/").dropLast().joined(separator: "/")
        // The test runner is either a program beside it or a tool that loads a bundle.
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ""
        let beside = bundle.split(separator: "/").dropLast().joined(separator: "/")
        for candidate in ["/\(folder)/holdfast", "/\(beside)/holdfast"]
        where access(candidate, X_OK) == 0 { return candidate }
        return nil
    }()

    /// Prints why where there is none.
    static let isThere: Bool = {
        if path == nil { print("skipped: the program holdfast is not built beside these tests") }
        return path != nil
    }()
}

func isAlive(_ process: pid_t) -> Bool {
    guard kill(process, 0) == 0 else { return false }
    // A zombie is dead too, though it still has its number.
    let status = FileManager.default.contents(atPath: "/proc/\(process)/stat") ?? Data()
    return !String(decoding: status, as: UTF8.self).contains(") Z ")
}

/// Waits for something that another process does.
func eventually(_ withinMs: Int64 = 5000, _ condition: () -> Bool) -> Bool {
    let patience = Patience(forMs: withinMs)
    while !condition() {
        guard patience.pause(beforeAttempt: 5) else { return false }
    }
    return true
}
