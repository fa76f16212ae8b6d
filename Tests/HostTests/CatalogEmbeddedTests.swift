// What the program carries with it: the tools byte for byte as they stand in `tools/`, and a
// catalog that works without any file near.

import Engine
import Foundation
import Host
import JSON
import Testing

struct CatalogEmbeddedTests {
    private static let sources: [(type: String, tools: [String], head: String)] = [
        (
            "BuiltinAgentTools",
            [
                "create_internal_task", "draft_customer_reply", "read_booking_summary",
                "request_admin_approval",
            ],
            "The tools that agents are given"
        ),
        (
            "BuiltinFollowUpTools",
            [
                "cancel_internal_task", "discard_reply_draft", "find_reply_draft", "find_task",
                "read_task",
            ],
            "The probes and undo tools that other tools name"
        ),
        (
            "BuiltinGuardedTools",
            [
                "change_booking_price", "refund_booking", "revoke_user_access",
                "send_customer_reply",
            ],
            "The tools of agents that money, access or a guest depends on"
        ),
        (
            "BuiltinGuardedFollowUps",
            [
                "find_access_revocation", "find_price_change", "find_refund", "find_sent_reply",
                "read_price_change", "read_user_access", "restore_booking_price",
            ],
            "The probes and the undo of the guarded tools"
        ),
    ]

    @Test func toolsAreEmbeddedByteForByte() throws {
        if ProcessInfo.processInfo.environment["HOLDFAST_RECORD"] != nil { try record() }
        let names = try FileManager.default.contentsOfDirectory(
            atPath: ProjectFolder.path + "/tools")
        #expect(names.filter { $0.hasSuffix(".yaml") }.sorted() == BuiltinTools.files.map(\.name))
        for file in BuiltinTools.files {
            let text = try ProjectFolder.text("tools/" + file.name)
            #expect(
                Array(text.utf8) == Array(file.text.utf8),
                "\(file.name) has changed; run this with HOLDFAST_RECORD=1, then again without")
        }
    }

    /// Writes the Swift files anew, and fails: recording never passes.
    private func record() throws {
        for source in Self.sources {
            var swift = """
                // \(source.head), embedded so that the program
                // works by itself. The truth is `tools/*.yaml`: a test holds this file to it, and
                // writes it anew with HOLDFAST_RECORD=1.

                enum \(source.type) {
                    static let files: [(name: String, text: String)] = [

                """
            for tool in source.tools {
                let text = try ProjectFolder.text("tools/\(tool).yaml")
                swift += "        (name: \"\(tool).yaml\", text: #\"\"\"\n\(text)\n\"\"\"#),\n"
            }
            swift += "    ]\n}\n"
            let path = ProjectFolder.path + "/Sources/Host/Catalog/\(source.type).swift"
            try swift.write(toFile: path, atomically: true, encoding: .utf8)
        }
        Issue.record("The embedded tools were written anew; build and run again.")
    }

    @Test func recordingWritesWhatIsThere() throws {
        for source in Self.sources {
            let swift = try ProjectFolder.text("Sources/Host/Catalog/\(source.type).swift")
            for tool in source.tools {
                let text = try ProjectFolder.text("tools/\(tool).yaml")
                let entry = "(name: \"\(tool).yaml\", text: #\"\"\"\n\(text)\n\"\"\"#),"
                #expect(swift.contains(entry))
            }
        }
    }

    @Test func theBuiltinDeskIsWhole() throws {
        let surroundings = try TemporaryFolder().surroundings()
        let configuration = Configuration.builtin(in: surroundings)
        let catalog = Catalog.load(configuration, kinds: FakeKind.all, in: surroundings)
        #expect(catalog.problems == [])
        #expect(
            catalog.tools(for: try configuration.profile(named: nil)).map(\.name.text) == [
                "change_booking_price", "create_internal_task", "draft_customer_reply",
                "read_booking_summary", "refund_booking", "request_admin_approval",
                "revoke_user_access", "send_customer_reply",
            ])
        for tool in catalog.tools {
            let isOffered = configuration.profiles[0].allow.contains(tool.name)
            #expect(tool.manifest.agent == isOffered, "\(tool.name)")
        }
        let task = try #require(catalog.tool(named: ToolName("create_internal_task"))).manifest
        #expect(task.tool.delivery == .transactional)
        #expect(task.tool.idempotency.fields.map(\.description) == ["/booking_id", "/title"])
        #expect(task.tool.idempotency.windowMs == 86_400_000)
        let approval = try #require(catalog.tool(named: ToolName("request_admin_approval")))
        #expect(approval.manifest.tool.approval != nil)
        #expect(approval.manifest.connectorKind == "none")
    }

    /// The words after `:` in a statement are the names of its parameters.
    @Test func statementsNameTheirParameters() throws {
        for file in BuiltinTools.files {
            let manifest = try Sample.read(file.text, as: file.name)
            let statements =
                manifest.connector["statements"]?.arrayValue
                ?? [manifest.connector["statement"]].compactMap { $0 }
            if statements.isEmpty { continue }
            let text = statements.compactMap(\.stringValue).joined(separator: "\n")
            let used = Set(text.matches(of: #/:([a-z_]+)/#).map { String($0.output.1) })
            let given = Set(manifest.connector["parameters"]?.objectValue?.names ?? [])
            #expect(used == given, "\(file.name)")
        }
    }

    @Test func theDesksTextsAreForOneTransaction() {
        // The caller begins and ends it.
        #expect(!BookingDesk.sql.contains("BEGIN") && !BookingDesk.sql.contains("COMMIT"))
        let tables = [
            "customers", "bookings", "tasks", "reply_drafts", "outbox", "refunds",
            "price_changes", "staff_users", "offboardings", "access_revocations",
        ]
        for table in tables {
            #expect(BookingDesk.sql.contains("CREATE TABLE IF NOT EXISTS \(table) ("))
        }
    }
}
