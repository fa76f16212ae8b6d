// Our client against servers that others wrote, in both eras. Skipped, with the reason, where they
// are not installed: `Scripts/python-packages servers .venv-servers` does that.

import Foundation
import JSON
import Testing

@testable import MCP

private enum Servers {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: ".venv-servers/bin")

    static func path(_ name: String) -> String { folder.appending(path: name).path }

    static let areThere: Bool = {
        let missing = ["mcp-server-time", "mcp-server-git"].filter {
            FileManager.default.isExecutableFile(atPath: path($0)) == false
        }
        if let first = missing.first { print("skipped: no \(path(first))") }
        return missing.isEmpty
    }()
}

@Suite(.enabled(if: Servers.areThere), .serialized)
struct ClientRealServerTests {
    private func opened(
        _ arguments: [String], _ opening: Opening
    ) throws -> ChildPipe {
        let pipe = try ChildPipe(arguments, opening)
        guard case .ready(let agreement) = try pipe.next() else {
            throw ChildPipe.Failure(reason: "not opened")
        }
        let isStateless = opening == .discoverFirst
        #expect(agreement.version == (isStateless ? .v2026_07_28 : .v2025_11_25))
        #expect(agreement.server?.name.hasPrefix("mcp-") == true)
        #expect(agreement.capabilities["tools"] != nil)
        return pipe
    }

    private func call(
        _ pipe: ChildPipe, _ name: String, _ arguments: JSONObject
    ) throws -> (RequestHandle, ClientEffect) {
        let (handle, effects) = try pipe.session.callTool(
            OutboundCall(name: name, arguments: arguments))
        try pipe.take(effects)
        return (handle, try pipe.next())
    }

    private func result(
        _ pipe: ChildPipe, _ name: String, _ arguments: JSONObject
    ) throws -> CallResult {
        guard case (let handle, .result(let named, let result)) =
            try call(pipe, name, arguments), handle == named
        else { throw ChildPipe.Failure(reason: "\(name) has no result") }
        return result
    }

    private func tools(_ pipe: ChildPipe) throws -> [String] {
        let (handle, effects) = try pipe.session.listTools()
        try pipe.take(effects)
        guard case .tools(handle, let list) = try pipe.next() else {
            throw ChildPipe.Failure(reason: "no list")
        }
        #expect(list.tools.allSatisfy { $0.inputSchema["type"] == "object" })
        return list.tools.map(\.name)
    }

    @Test(arguments: [Opening.discoverFirst, .handshakeOnly])
    func theTimeServerTellsTheTime(_ opening: Opening) throws {
        let pipe = try opened([Servers.path("mcp-server-time")], opening)
        #expect(try tools(pipe).sorted() == ["convert_time", "get_current_time"])
        let now = try result(pipe, "get_current_time", ["timezone": "Asia/Tokyo"])
        #expect(now.isError == false)
        #expect(now.content.first?["type"] == "text")
        let text = try #require(now.content.first?["text"]?.stringValue)
        let told = try JSONParser.parse(text)
        #expect(told["timezone"] == "Asia/Tokyo")
        #expect(told["datetime"]?.stringValue?.hasSuffix("+09:00") == true)
        #expect(now.structuredContent == nil || now.structuredContent?["is_dst"] == false)

        let wrong = try result(pipe, "get_current_time", ["timezone": "Nowhere/Nowhere"])
        #expect(wrong.isError)
        #expect(wrong.content.first?["text"]?.stringValue?.contains("Nowhere") == true)

        guard case (let asked, .failed(let failed, .error(let error))) =
            try call(pipe, "no_such_tool", [:])
        else { throw ChildPipe.Failure(reason: "an unknown tool was called") }
        #expect(asked == failed && error.code == -32602)

        try cancelAndGoOn(pipe)
        try pipe.finish()
        #expect(pipe.session.inFlight == 0)
    }

    /// Whether the server stops in time or answers nevertheless, nothing is heard of the call.
    private func cancelAndGoOn(_ pipe: ChildPipe) throws {
        let (cancelled, effects) = try pipe.session.callTool(
            OutboundCall(name: "get_current_time", arguments: ["timezone": "Etc/UTC"]))
        try pipe.take(effects)
        try pipe.take(pipe.session.cancel(cancelled, reason: "not needed"))
        let after = try result(pipe, "get_current_time", ["timezone": "Etc/UTC"])
        #expect(after.isError == false)
    }

    @Test(arguments: [Opening.discoverFirst, .handshakeOnly])
    func theGitServerTellsTheStatusOfARepository(_ opening: Opening) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "holdfast-git-\(getpid())-\(opening)")
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        try repository(folder)
        let pipe = try opened(
            [Servers.path("mcp-server-git"), "--repository", folder.path], opening)
        #expect(try tools(pipe).contains("git_status"))
        let status = try result(pipe, "git_status", ["repo_path": .string(folder.path)])
        #expect(status.isError == false)
        let text = try #require(status.content.first?["text"]?.stringValue)
        #expect(text.contains("note.txt"))

        let wrong = try result(pipe, "git_status", ["repo_path": "/nowhere"])
        #expect(wrong.isError)
        try pipe.finish()
    }

    /// A repository with one file that is not committed.
    private func repository(_ folder: URL) throws {
        let git = Process()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "init", "--quiet", folder.path]
        try git.run()
        git.waitUntilExit()
        try #require(git.terminationStatus == 0)
        try Data("hello\n".utf8).write(to: folder.appending(path: "note.txt"))
    }
}
