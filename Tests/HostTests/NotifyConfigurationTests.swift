// The config's `notify`: what is read, what is refused, and the tools that targets become.

import Engine
import JSON
import Testing

@testable import Host

@Suite struct NotifyConfigurationTests {
    private static let good = "tools: [/]\nprofiles: { p: { allow: [] } }\n"

    private func read(_ text: String) throws -> Configuration {
        let document = try SourceDocument.parse(
            Array((Self.good + text).utf8), shownAs: "holdfast.yaml")
        return try Configuration.read(
            document, path: "/desk/holdfast.yaml",
            in: Surroundings(
                home: "/home/ada", workingFolder: "/", variables: [:], account: "ada"))
    }

    private func problems(_ text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch let problems as Problems {
            return problems.all.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func everyMeans() throws {
        let targets = try read(
            """
            secrets: { hook: { env: HOOK } }
            notify:
              - { command: [bin/tell, --all] }
              - { name: desk, on: [decided, requested], file: ~/notices }
              - { webhook: { url: "https://a.example/x?y=1", secret: hook } }
            """
        ).notify
        #expect(
            targets == [
                NotifyTarget(
                    tool: ToolName("holdfast_notify_1"), kinds: NoticeKind.allCases,
                    means: .command(["/desk/bin/tell", "--all"])),
                NotifyTarget(
                    tool: ToolName("holdfast_notify_desk"), kinds: [.requested, .decided],
                    means: .file("/home/ada/notices")),
                NotifyTarget(
                    tool: ToolName("holdfast_notify_3"), kinds: NoticeKind.allCases,
                    means: .webhook(url: "https://a.example/x?y=1", secret: "hook")),
            ])
        for target in targets {
            let document = try SourceDocument.parse(
                Array(target.manifest.prettyText.utf8), shownAs: "notify")
            let manifest = try Manifest.read(document)
            #expect(!manifest.agent && manifest.tool.approval == nil && manifest.isReserved)
            #expect(manifest.tool.delivery == .keyed)
            #expect(manifest.warnings(in: document).isEmpty)
        }
    }

    @Test(arguments: [
        ("notify: { file: /x }", "/notify: must be a list of targets, but object is here"),
        ("notify: [ {} ]", "/notify/0: a target has exactly one of command, webhook and file"),
        ("notify: [ { file: /x, command: [y] } ]",
            "/notify/0: a target has exactly one of command, webhook and file"),
        ("notify: [ { file: /x, to: y } ]",
            "/notify/0/to: unknown key; the keys here are name, on, command, webhook, file"),
        ("notify: [ { file: /x, on: [request] } ]",
            "/notify/0/on/0: `request` is nothing that can be told of; "
                + "did you mean \"requested\"?"),
        ("notify: [ { file: /x, on: [] } ]",
            "/notify/0/on: names nothing to tell of; leave it out for all"),
        ("notify: [ { name: A, file: /x } ]",
            "/notify/0/name: a name here is 1 to 40 of a-z, 0-9 and _, a letter first"),
        ("notify: [ { name: a, file: /x }, { name: a, file: /y } ]",
            "/notify/1/name: another target has this name (one without a name is named by its "
                + "place in the list); choose another"),
        ("notify: [ { command: [] } ]",
            "/notify/0/command: must be a list: the program and its arguments"),
        ("notify: [ { webhook: { url: 'https://a.example/', secret: hok } } ]\n"
            + "secrets: { hook: { env: X } }",
            "/notify/0/webhook/secret: there is no secret `hok`; did you mean \"hook\"?; "
                + "add it to `secrets`"),
        ("notify: [ { webhook: { url: 'http://a.example/', secret: hook } } ]\n"
            + "secrets: { hook: { env: X } }",
            "/notify/0/webhook/url: would be sent in the clear; write https:// (http:// is for "
                + "127.0.0.1, [::1] and localhost)"),
    ])
    func refusals(text: String, expected: String) {
        #expect(problems(text).map { String($0.drop { $0 != "/" }) } == [expected])
    }

    @Test func thereAreSoManyTargetsAndNoMore() {
        func list(_ count: Int) -> String {
            "notify: [" + (0..<count).map { "{ file: /x\($0) }" }.joined(separator: ", ") + "]"
        }
        #expect(problems(list(CatalogLimits.maxNotifyTargets)) == [])
        #expect(problems(list(CatalogLimits.maxNotifyTargets + 1)).count == 1)
    }

    @Test(arguments: [
        "https://a.example", "https://a.example:8443/x?y=z%20", "https://[2001:db8::1]/",
        "http://127.0.0.1:8080/x", "http://127.9.9.9/", "http://localhost/", "http://[::1]:1/",
    ])
    func addressesThatAreTaken(address: String) {
        #expect(WebAddress.refusal(of: address) == nil)
    }

    @Test(arguments: [
        "", "a.example", "ftp://a.example/", "https://", "https:///x", "https://user@a.example/",
        "https://a.example\\@127.0.0.1/", "https://a.example/#x", "https://a example/",
        "http://a.example/", "http://127.0.0.1.example.com/", "http://127.0.0.256/",
        "http://127.0.0/", "http://localhost.example.com/", "http://[::2]/", "https://a:0/",
        "https://a:99999/", "https://a:b/", "https://[::1/", "http://127.0.0.1@b.example/",
        "https://ä.example/", "https://a.example/\u{202e}x", "HTTPS://a.example/",
    ])
    func addressesThatAreNot(address: String) {
        #expect(WebAddress.refusal(of: address) != nil)
    }

    @Test func anAddressHasItsLimit() {
        let start = "https://a.example/"
        let longest = start + String(repeating: "x", count: 2_000 - start.utf8.count)
        #expect(WebAddress.refusal(of: longest) == nil)
        #expect(WebAddress.refusal(of: longest + "x") != nil)
    }

    @Test func whatIsTheHostsOwnIsRefusedInFiles() throws {
        let target = NotifyTarget(
            tool: ToolName("holdfast_notify_1"), kinds: [.requested], means: .file("/x"))
        for (name, pointer) in [("holdfast_x", "/name"), ("x", "/connector/kind")] {
            var content = try #require(target.manifest.objectValue)
            content["name"] = .string(name)
            content["input"] = ["type": "object", "properties": [:]]
            content["audit"] = nil
            let document = try SourceDocument.parse(
                Array(JSONValue.object(content).prettyText.utf8), shownAs: "x.json")
            let manifest = try Manifest.read(document)
            #expect(manifest.reserved(in: document)?.pointer.description == pointer)
        }
    }
}
