// What the doctor says of a client's configuration: what belongs there, what is there, whether the
// two agree, and what cannot be read.

import Foundation
import JSON
import Testing

@testable import Host

@Suite struct ClientAdviceTests {
    private let folder: TemporaryFolder
    private let program: String

    init() throws {
        folder = try TemporaryFolder()
        // A folder of the system may be reached through a link; programs are named without.
        let real = try #require(realpath(folder.path, nil))
        defer { free(real) }
        program = String(cString: real) + "/bin/holdfast"
        for name in ["bin/holdfast", "bin/other"] {
            try folder.write(name, "#!/bin/sh\n")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: folder.path + "/" + name)
        }
        try folder.write(
            "holdfast.yaml",
            "tools: [tools]\nprofiles: { desk: { allow: [] }, default: { allow: [] } }\n")
        try folder.write("other.yaml", "tools: [tools]\nprofiles: { desk: { allow: [] } }\n")
        try folder.write("tools/.keep", "")
    }

    private var config: String { folder.path + "/holdfast.yaml" }
    private var home: String { folder.path + "/home" }

    private func advice(
        _ client: ClientKind, profile: String? = nil, explicit: String? = "holdfast.yaml"
    ) throws -> ClientAdvice {
        let surroundings = folder.surroundings(variables: ["HOME": home])
        let project = try Project.open(
            explicit: explicit, kinds: FakeKind.all, in: surroundings)
        return try ClientAdvice.make(client, program: program, profile: profile, of: project)
    }

    private func written(
        _ command: String, _ arguments: [String], name: String = "holdfast"
    ) -> String {
        var servers: JSONObject = [
            "unlike": ["command": "npx", "args": ["x"]],
            "remote": ["url": "https://example.com"],
        ]
        servers[name] = [
            "command": .string(command), "args": .array(arguments.map { .string($0) }),
        ]
        let document: JSONValue = ["other": 1, "mcpServers": .object(servers)]
        return document.prettyText
    }

    private func says(_ advice: ClientAdvice) -> [String] {
        advice.text(.plain).split(separator: "\n").map(String.init)
            .filter { $0.contains("(for ") }
    }

    @Test func everyClientHasItsSnippetAndItsFiles() throws {
        let expected: [(ClientKind, String, [String])] = [
            (.claudeCode, "mcpServers", [folder.path + "/.mcp.json", home + "/.claude.json"]),
            (
                .claudeDesktop, "mcpServers",
                [home + "/.config/Claude/claude_desktop_config.json"]
            ),
            (
                .cursor, "mcpServers",
                [folder.path + "/.cursor/mcp.json", home + "/.cursor/mcp.json"]
            ),
            (
                .vsCode, "servers",
                [folder.path + "/.vscode/mcp.json", home + "/.config/Code/User/mcp.json"]
            ),
            (
                .geminiCLI, "mcpServers",
                [folder.path + "/.gemini/settings.json", home + "/.gemini/settings.json"]
            ),
        ]
        for (client, table, paths) in expected {
            let advice = try advice(client, profile: "desk")
            let server = try JSONParser.parse(advice.snippet)[table]?["holdfast"]
            #expect(server?["command"]?.stringValue == program)
            #expect(
                server?["args"] == ["serve", "--config", .string(config), "--profile", "desk"])
            #expect((server?["type"] == "stdio") == (client == .vsCode))
            #expect(advice.findings.map(\.place.path) == paths)
            #expect(!advice.hasFaults)
            #expect(advice.text(.plain).contains(advice.snippet))
        }
        let codex = try advice(.codex)
        #expect(
            codex.snippet == """
                [mcp_servers.holdfast]
                command = "\(program)"
                args = ["serve", "--config", "\(config)"]
                """)
        #expect(codex.findings.map(\.place.path) == [home + "/.codex/config.toml"])
    }

    @Test(arguments: ClientKind.allCases)
    func whatItShowsIsWhatItFindsRight(client: ClientKind) throws {
        let place = try advice(client).findings[0].place.path
        let name = String(place.dropFirst(folder.path.count + 1))
        try folder.write(name, try advice(client).snippet + "\n")
        let found = try advice(client)
        #expect(found.findings[0].level == .good)
        #expect(
            says(found)[0].contains("\"holdfast\" starts this program with the config in use"))
        #expect(found.document["files"]?.arrayValue?.first?["entries"]?.arrayValue?.first?["agrees"]
            == true)
    }

    @Test func whatDiffersIsSaid() throws {
        let good = ["serve", "--config", config]
        let cases: [(String, [String], Doctor.Level, String)] = [
            (program, good, .good, "starts this program"),
            (program, ["serve", "--config=" + config], .good, "starts this program"),
            (program, good + ["--profile", "default"], .good, "starts this program"),
            (program, good + ["--profile", "desk"], .warning, "profile desk, not default"),
            (program, good + ["--profile", "dseek"], .fault, "no profile `dseek`"),
            (program, ["serve"], .warning, "names no config"),
            (program, ["serve", "--config", "x.yaml"], .warning, "relative path, x.yaml"),
            (program, ["serve", "--config", "${HERE}/x"], .warning, "only the client"),
            (
                program, ["serve", "--config", folder.path + "/other.yaml"], .warning,
                "another config"
            ),
            (program, ["serve", "--config", "/gone.yaml"], .fault, "/gone.yaml is not there"),
            (program, ["call"], .fault, "not `serve`"),
            ("holdfast", good, .warning, "client's PATH"),
            ("bin/holdfast", good, .warning, "relative path"),
            ("/nowhere/holdfast", good, .fault, "/nowhere/holdfast is not there"),
        ]
        for (command, arguments, level, words) in cases {
            try folder.write(".mcp.json", written(command, arguments))
            let found = try advice(.claudeCode)
            #expect(found.findings[0].level == level, "\(command) \(arguments)")
            #expect(says(found)[0].contains(words), "\(says(found)[0])")
            #expect(found.hasFaults == (level == .fault))
        }
    }

    @Test func entriesOfOtherProgramsAreNotOurs() throws {
        try folder.write(".mcp.json", written(folder.path + "/bin/other", ["serve"]))
        #expect(says(try advice(.claudeCode))[0].contains("no entry starts holdfast"))
        // A link to this program is this program, whatever it is called.
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/desk", withDestinationPath: program)
        try folder.write(
            ".mcp.json",
            written(folder.path + "/desk", ["serve", "--config", config], name: "x"))
        #expect(says(try advice(.claudeCode))[0].contains("\"x\" starts this program"))
    }

    @Test func aFolderOfItsOwnInTheAccountsFileCounts() throws {
        let server: JSONValue = ["command": .string(program), "args": ["serve"]]
        var projects: JSONObject = ["/elsewhere": ["mcpServers": ["theirs": server]]]
        projects[folder.path] = ["mcpServers": ["mine": server]]
        let document: JSONValue = ["projects": .object(projects)]
        try folder.write("home/.claude.json", document.prettyText)
        let lines = says(try advice(.claudeCode))
        #expect(lines[1].contains("\"mine\" differs"))
        #expect(!lines.contains { $0.contains("theirs") })
    }

    @Test func whatTheEnvironmentNamesCounts() throws {
        let server: JSONValue = [
            "command": .string(program), "args": ["serve"],
            "env": ["HOLDFAST_CONFIG": .string(config)],
        ]
        let document: JSONValue = ["mcpServers": ["x": server]]
        try folder.write(".mcp.json", document.prettyText)
        #expect(try advice(.claudeCode).findings[0].level == .good)
    }

    @Test func theBuiltInConfigNeedsNoArgument() throws {
        try FileManager.default.removeItem(atPath: config)
        let advice = try advice(.cursor, explicit: nil)
        #expect(
            try JSONParser.parse(advice.snippet)["mcpServers"]?["holdfast"]?["args"] == ["serve"])
        try folder.write(".cursor/mcp.json", advice.snippet)
        #expect(try self.advice(.cursor, explicit: nil).findings[0].level == .good)
        let other = folder.path + "/other.yaml"
        try folder.write(".cursor/mcp.json", written(program, ["serve", "--config", other]))
        let lines = says(try self.advice(.cursor, explicit: nil))
        #expect(lines[0].contains("not the built-in one"))
    }

    @Test func whatCannotBeReadIsNotGuessed() throws {
        for text in ["{", "{} / a comment", #"{"mcpServers":{},"mcpServers":{}}"#] {
            try folder.write(".vscode/mcp.json", text)
            let found = try advice(.vsCode)
            #expect(found.findings[0].level == .warning)
            #expect(says(found)[0].contains("could not be read as JSON"))
        }
        for text in ["", " \n", "{}", "[]", #"{"servers":[1]}"#, #"{"servers":{"a":1}}"#] {
            try folder.write(".vscode/mcp.json", text)
            #expect(says(try advice(.vsCode))[0].contains("no entry"), "\(text)")
        }
        let limit = HostLimits.clientFileBytes
        for (size, words) in [(limit, "no entry"), (limit + 1, "is longer than")] {
            try folder.write(".vscode/mcp.json", "{}" + String(repeating: " ", count: size - 2))
            #expect(says(try advice(.vsCode))[0].contains(words))
        }
        try folder.write("home/.codex/config.toml", "model = \"x\"\n[mcp_servers.holdfast\n")
        #expect(
            says(try advice(.codex))[0].contains("could not be read as TOML (line 2: `]`"))
    }

    @Test func commentsAndCommasAreReadWhereTheClientReadsThem() throws {
        func file(_ client: ClientKind, comments: Bool, comma: Bool) -> String {
            let start = comments ? "/* mine */ { // first\n" : "{"
            let args = #"["serve", "--config", "\#(config)"\#(comma ? "," : "")]"#
            return start + #""\#(client.table)": {"holdfast": {"#
                + #""command": "\#(program)", "args": \#(args)}}}"#
        }
        let cases: [(ClientKind, Bool, Bool)] = [
            (.vsCode, true, true), (.geminiCLI, true, false), (.cursor, false, false),
            (.claudeCode, false, false), (.claudeDesktop, false, false),
        ]
        for (client, takesComments, takesCommas) in cases {
            let place = try advice(client).findings[0].place.path
            let name = String(place.dropFirst(folder.path.count + 1))
            for (comments, comma) in [(true, false), (false, true), (true, true)] {
                try folder.write(name, file(client, comments: comments, comma: comma))
                let isRead = (takesComments || !comments) && (takesCommas || !comma)
                let found = try advice(client).findings[0]
                #expect(found.level == (isRead ? .good : .warning), "\(client) \(comments)")
            }
        }
        try folder.write(".vscode/mcp.json", #"{"servers": {}} /* and"#)
        #expect(
            says(try advice(.vsCode))[0].contains(
                "could not be read as JSON (the comment at byte 16 has no end)"))
    }

    @Test func namesThatAreNone() {
        #expect(ClientKind.refusal("curser").contains("did you mean \"cursor\"?"))
        #expect(ClientKind.refusal("emacs").contains("the clients are claude-code, "))
    }

    @Test func aProfileThatIsNotThereIsAConfigFault() throws {
        #expect {
            _ = try advice(.codex, profile: "dsek")
        } throws: { error in
            (error as? Ending)?.status == .badConfiguration
        }
    }
}
