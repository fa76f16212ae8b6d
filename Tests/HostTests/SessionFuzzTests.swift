// Damaged recordings and damaged client files, many of them: each is read or refused in words.

import JSON
import Testing

@testable import Host

struct SessionFuzzTests {
    private static let pieces = [
        "9223372036854775807", "-1", "1e400", "\"", "{", "}", "[", "]", ",", ":", "\n", "\r",
        "null", "true", "\\", "\\ud800", "\0", "\"at_ms\"", "\"from\"", "\"end\"", "'''", "'",
        "#", "=", "[[", "]]", ".", "\u{feff}", "\"\"\"", "\\U00110000", "1_0", "inf",
    ].map { Array($0.utf8) }

    @Test func damagedRecordingsAreReadOrRefused() {
        let entries = SessionSample.entries.filter { entry in
            if case .unplayable = entry { false } else { true }
        }
        var damage = Damage(Array(SessionSample.text(entries).utf8), Self.pieces)
        var (read, refused) = (0, 0)
        for _ in 0..<2_000 {
            do {
                let session = try RecordedSession.parse(damage.next())
                read += 1
                #expect(session.lines.allSatisfy { (0...HostLimits.sessionMs).contains($0.atMs) })
            } catch {
                refused += 1
                #expect(!error.message.isEmpty)
            }
        }
        #expect(read > 20 && refused > 1_000, "\(read) \(refused)")
    }

    private static let json = """
        {"mcpServers": {"desk": {"command": "/bin/holdfast", "args": ["serve", "--x"],
        "env": {"HOLDFAST_CONFIG": "/a b"}}, "other": {"url": "http://x"}}, "n": [1, 2.5e3, null]}
        """
    private static let toml = """
        # comment
        model = "gpt"
        notify = ["a", 'b', ["c", 1], { d = "e", f = [1] }]
        [mcp_servers.desk]
        command = "/bin/hold\\u0066ast"
        args = ["serve", "--config", "/a b/holdfast.yaml"]
        env = { HOLDFAST_CONFIG = "/x", nested = { y = 'z' } }
        [mcp_servers."with.dot".env]
        HOLDFAST_CONFIG = \"\"\"
        /y\"\"\"
        """

    @Test(arguments: [
        (ClientKind.Format.json(nil), json, "mcpServers"),
        (.json(.commentsAndTrailingCommas), json, "mcpServers"), (.toml, toml, "mcp_servers"),
    ])
    func damagedClientFilesAreReadOrRefused(
        format: ClientKind.Format, whole: String, table: String
    ) {
        var damage = Damage(Array(whole.utf8), Self.pieces)
        var (read, refused) = (0, 0)
        for _ in 0..<2_000 {
            switch ClientFile.read(damage.next(), format, [[table]]) {
            case .missing: Issue.record("A file that was read is there.")
            case .unreadable(let why):
                refused += 1
                #expect(!why.isEmpty)
            case .read: read += 1
            }
        }
        #expect(read > 100 && refused > 100, "\(read) \(refused)")
    }
}
