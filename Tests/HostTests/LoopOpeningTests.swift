// Opening a journal: not before it is needed, once for all who need it, and the secret beside it.

import Engine
import Foundation
import JSON
import MCP
import Proofs
import Testing

@testable import Host

@Suite struct LoopOpeningTests {
    private let project: LoopProject

    init() throws { project = try LoopProject() }

    private var secretPath: String { project.statePath + "/record.secret" }

    private func names(_ folder: String) -> [String] {
        // A folder that is not there has nothing in it.
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    @Test func nothingIsThereBeforeTheFirstCall() async throws {
        let host = try project.host()
        #expect(!host.listings.isEmpty)
        _ = try await host.ask("note", ["title": 5])
        _ = await host.answer("nowhere")
        #expect(host.cancel(CallControl(), reason: nil) == nil)
        try host.close()
        #expect(names(project.statePath) == [])
        #expect(host.opener.current == nil)
        _ = try await host.ask("note", ["title": "Tea"])
        #expect(host.opener.current != nil)
        #expect(names(project.statePath).contains("journal.db"))
        #expect(try mode(secretPath) == 0o600)
        #expect(try mode(project.statePath + "/owners") == 0o700)
    }

    @Test func manyWhoOpenAtOnceOpenOneJournal() async throws {
        let host = try project.host()
        let owners = Shared<Set<OwnerID>>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask(executorPreference: loopThreads) {
                    let id = try host.opener.open().owner.id
                    owners.change { _ = $0.insert(id) }
                }
            }
            try await group.waitForAll()
        }
        #expect(owners.value.count == 1)
        #expect(names(project.statePath + "/owners").count == 1)
    }

    @Test func manyHostsMakeOneSecret() async throws {
        let hosts = try (0..<8).map { _ in try project.host() }
        let environments = Shared<Set<String>>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for host in hosts {
                group.addTask(executorPreference: loopThreads) {
                    let open = try host.opener.open()
                    environments.change { _ = $0.insert(open.environment) }
                }
            }
            try await group.waitForAll()
        }
        #expect(environments.value.count == 1)
        #expect(names(project.statePath).filter { $0.hasPrefix("record.secret") }.count == 1)
        #expect(try Data(contentsOf: URL(fileURLWithPath: secretPath)).count == 32)
        #expect(try mode(secretPath) == 0o600)
    }

    @Test func aSecretThatIsThereIsUsedAndNeverReplaced() async throws {
        let first = try await project.host().ask("note", ["title": "Tea"])
        let secret = try Data(contentsOf: URL(fileURLWithPath: secretPath))
        let again = try await project.host().ask("note", ["title": "Tea"])
        #expect(again.callID == first.callID)
        #expect(try Data(contentsOf: URL(fileURLWithPath: secretPath)) == secret)
    }

    @Test(arguments: [0o640, 0o604, 0o620]) func aSecretThatOthersMayUseIsRefused(
        permissions: Int
    ) async throws {
        _ = try await project.host().ask("note", ["title": "Tea"])
        try FileManager.default.setAttributes(
            [.posixPermissions: permissions], ofItemAtPath: secretPath)
        let host = try project.host()
        let answer = await host.answer("note", ["title": "Milk"])
        guard case .fault(let fault) = answer else { throw Unexpected(answer) }
        #expect(fault.code == .readOnly)
        #expect(fault.message.contains("chmod 600 \(secretPath)"))
        #expect(fault.message.contains("Nothing was done"))
        #expect(project.desk.attempts.count == 1)
        // Once that has been mended, the same host goes on.
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: secretPath)
        #expect(try await host.ask("note", ["title": "Milk"]).status == "succeeded")
    }

    @Test(arguments: [0, 31, 33]) func aSecretOfAnotherLengthIsRefused(count: Int) async throws {
        try FileManager.default.createDirectory(
            atPath: project.statePath, withIntermediateDirectories: true)
        put(Data(repeating: 7, count: count))
        let answer = try await project.host().answer("note", ["title": "Tea"])
        guard case .fault(let fault) = answer else { throw Unexpected(answer) }
        #expect(fault.code == .corrupt)
        #expect(project.desk.attempts.isEmpty)
    }

    @Test func aJournalKnowsItsOwnSecret() async throws {
        _ = try await project.host().ask("note", ["title": "Tea"])
        let secret = try Data(contentsOf: URL(fileURLWithPath: secretPath))
        // Missing, and another one in its place: under either nothing done would be found again.
        try FileManager.default.removeItem(atPath: secretPath)
        for other in [nil, Data(repeating: 7, count: 32)] {
            if let other { put(other) }
            let answer = try await project.host().answer("note", ["title": "Tea"])
            guard case .fault(let fault) = answer else { throw Unexpected(answer) }
            #expect(fault.code == .corrupt)
            #expect(fault.message.contains("Put"))
        }
        #expect(project.desk.attempts.count == 1)
        put(secret)
        let again = try await project.host().ask("note", ["title": "Tea"])
        #expect(again.receipt["replayed"] == true)
    }

    private func put(_ secret: Data) {
        let isMade = FileManager.default.createFile(
            atPath: secretPath, contents: secret, attributes: [.posixPermissions: 0o600])
        #expect(isMade)
    }

    @Test func aJournalThatCannotBeUsedIsAnAnswerWithoutACall() async throws {
        try project.folder.write("state/journal.db", "This is no database, whatever its name.")
        let result = try await project.host().ask("note", ["title": "Tea"])
        #expect(result.isError)
        #expect(result.status == "failed")
        #expect(result.next == "wait")
        #expect(result.callID == nil)
        #expect(result.firstText.contains("journal.db"))
        #expect(result.firstText.contains("Nothing was done"))
        #expect(project.desk.attempts.isEmpty)
    }

    @Test func aFailPointThatIsOffDoesNothing() {
        for point in FailPoint.allCases { FailPoint.pass(point) }
    }
}
