// Files of signing keys: what is written, what is refused, and decisions signed with them.

import Engine
import Foundation
import JSON
import JSONSchema
import Proofs
import Testing

@testable import Host

@Suite struct KeyFileTests {
    private let folder: TemporaryFolder
    private let ring: KeyRing

    init() throws {
        folder = try TemporaryFolder()
        ring = KeyRing(in: folder.surroundings(), Passphrases(ask: { _ in }))
    }

    private func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test func theSecretIsItsOwnersAndThePublicLineEverybodys() throws {
        let made = try ring.make("a.key", isOpen: true)
        #expect(try mode("a.key") == 0o600)
        let line = try String(contentsOfFile: folder.path + "/a.key.pub", encoding: .utf8)
        #expect(line == made.line + "\n")
        #expect(PublicKey(made.line) == made.key)
        #expect(try ring.key(in: "a.key").publicKey == made.key)
    }

    @Test func nothingIsOverwritten() throws {
        try folder.write("a.key.pub", "mine\n")
        try folder.write("b.key", "mine\n")
        for name in ["a.key", "b.key"] {
            let refusal = #expect(throws: Ending.self) { try ring.make(name, isOpen: true) }
            #expect(refusal?.status == .failed)
            #expect(refusal?.message.contains("ever overwritten") == true)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/a.key"))
        #expect(try String(contentsOfFile: folder.path + "/b.key", encoding: .utf8) == "mine\n")
    }

    @Test func withoutATerminalThereIsNoPassphrase() throws {
        // The tests' own standard input is none.
        try #require(Terminal() == nil)
        let refusal = #expect(throws: Ending.self) { try ring.make("a.key", isOpen: false) }
        #expect(refusal?.status == .usage)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/a.key"))
    }

    @Test(arguments: [0o640, 0o604, 0o620])
    func aFileThatOthersReachIsRefused(permissions: Int) throws {
        _ = try ring.make("a.key", isOpen: true)
        try FileManager.default.setAttributes(
            [.posixPermissions: permissions], ofItemAtPath: folder.path + "/a.key")
        let refusal = #expect(throws: Ending.self) { try ring.key(in: "a.key") }
        #expect(refusal?.message.contains("chmod 600") == true)
    }

    @Test func aSealedKeyIsReadBack() throws {
        let made = KeyFile(
            seed: [UInt8](0..<32), passphrase: "horse battery",
            salt: [UInt8](repeating: 1, count: 16), nonce: [UInt8](repeating: 2, count: 12))
        let read = try KeyFile.read(try JSONParser.parse(made.document.prettyText))
        #expect(read.isSealed && read.key == made.key)
        #expect(read.opened(with: "horse battery")?.publicKey == made.key)
        #expect(read.opened(with: "another") == nil)
        #expect(made.document.compactText.contains("AAECAwQF") == false)
    }

    @Test func damagedFilesAreRefusedInWords() throws {
        let made = KeyFile(
            seed: [UInt8](0..<32), passphrase: nil, salt: [], nonce: []
        ).document.objectValue ?? [:]
        let other = SigningKey(seed: [UInt8](1..<33)).publicKey
        let changes: [(String, JSONValue?)] = [
            ("v", 2), ("v", nil), ("key", "ed25519:xx"), ("key", .string(other.description)),
            ("seed", "AAAA"), ("seed", nil), ("sealed", ["kdf": "none"]), ("sealed", "x"),
        ]
        for (name, value) in changes {
            var document = made
            document[name] = value
            #expect(throws: JSONShapeError.self) { try KeyFile.read(.object(document)) }
        }
        #expect(try KeyFile.read(.object(made)).key == SigningKey(seed: [UInt8](0..<32)).publicKey)
    }

    private static let approval = "apr_" + String(repeating: "0", count: 36)
    private static let digest = "sha256:" + String(repeating: "ab", count: 32)
    private static let now = Instant("2026-07-28T09:30:00.000Z") ?? Instant(ms: 0)

    private func signed() throws -> SignedDecision {
        if !FileManager.default.fileExists(atPath: folder.path + "/a.key") {
            _ = try ring.make("a.key", isOpen: true)
        }
        return try ring.sign(
            .approve, Self.approval, digest: Self.digest, with: "a.key", at: Self.now)
    }

    @Test func aSignedDecisionIsReadBackAndFitsItsSchema() throws {
        let signed = try signed()
        let text = signed.document.compactText
        #expect(try SignedDecision(reading: try JSONParser.parse(text)) == signed)
        let schema = try CompiledSchema(
            compiling: try JSONParser.parse(
                ProjectFolder.text("schemas/signed-decision.schema.json")))
        #expect(schema.validate(signed.document).map(\.message) == [])
    }

    @Test func nothingSignedMayBeChanged() throws {
        let document = try signed().document.objectValue ?? [:]
        let other = SigningKey(seed: [UInt8](1..<33)).publicKey
        let changes: [(String, JSONValue)] = [
            ("approval", .string("apr_" + String(repeating: "1", count: 36))),
            ("at", "2026-07-28T09:30:00.001Z"), ("decision", "deny"),
            ("digest", .string("sha256:" + String(repeating: "ba", count: 32))),
            ("key", .string(other.description)),
            ("signature", .string(Base64.encode([UInt8](repeating: 0, count: 64)))),
            ("v", 2),
        ]
        for (name, value) in changes {
            var changed = document
            changed[name] = value
            #expect(throws: JSONShapeError.self, "\(name)") {
                try SignedDecision(reading: .object(changed))
            }
        }
    }

    @Test func whatIsNoIDOrDigestIsNotSigned() throws {
        _ = try ring.make("a.key", isOpen: true)
        for (id, digest) in [("run_1", Self.digest), (Self.approval, "sha256:ab"), ("", "")] {
            let refusal = #expect(throws: Ending.self) {
                try ring.sign(.deny, id, digest: digest, with: "a.key", at: Self.now)
            }
            #expect(refusal?.status == .badData)
        }
    }
}
