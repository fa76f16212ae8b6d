// The small project of the loop's tests: its config and manifests as text, written into a folder.

import Engine
import JSON
import Testing

@testable import Host

/// Two profiles of one person, tools of every delivery, one journal.
struct LoopProject {
    let folder: TemporaryFolder
    let desk = Desk()

    init(lease: String = "10s", more: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        let manifests = LoopProject.manifests.merging(more) { $1 }
        let names = manifests.keys.sorted().filter { $0 != "foreign" }.joined(separator: ", ")
        try folder.write(
            "holdfast.yaml",
            """
            store: { sqlite: state/journal.db }
            tools: [tools]
            lease: \(lease)
            profiles:
              desk: { allow: [\(names)] }
              other: { allow: [\(names), foreign] }
            """)
        for (name, text) in manifests { try folder.write("tools/\(name).yaml", text) }
    }

    var statePath: String { folder.path + "/state" }

    func host(
        _ profile: String = "desk", clock: HostClock = .system
    ) throws -> ToolHost {
        let configuration = try Configuration.load(explicit: nil, in: folder.surroundings())
        let host = try ToolHost(
            configuration, profile: profile, kinds: [desk], in: folder.surroundings(),
            clock: clock)
        #expect(host.catalog.problems == [])
        return host
    }

    /// A host that claims a call and is gone before it sends: its lock is free from then on.
    func abandon(_ tool: String, _ arguments: JSONObject) throws -> CallID {
        try claim(tool, arguments, by: try host()).view.call.id
    }

    /// Transaction 1 alone, with the ticket that was taken before it.
    func claim(
        _ tool: String, _ arguments: JSONObject, by host: ToolHost
    ) throws -> Claimed {
        let open = try host.opener.open()
        let ticket = open.owner.ticket
        let catalog = host.catalog
        guard let found = catalog.tool(named: ToolName(tool)) else {
            throw Unexpected("no tool \(tool)")
        }
        var request = try host.check(
            HostCall(tool: tool, arguments: arguments), for: found, in: catalog)
        request.environment = open.environment
        let doors = open.doors
        let submission = try open.perform(.flushed, pinning: request.pins, of: catalog) {
            [request] transaction, moment throws(DoorError) in
            try doors.submit(request, in: transaction, moment)
        }
        guard case .attempt(let attempt)? = submission.work else {
            throw Unexpected("nothing claimed")
        }
        return Claimed(view: submission.view, attempt: attempt, ticket: ticket)
    }

    struct Claimed {
        let view: CallView
        let attempt: Attempt
        let ticket: LeaseTicket
    }

    /// - Parameter more: further lines of the manifest.
    static func manifest(_ name: String, _ effect: String, more: String = "") -> String {
        """
        name: \(name)
        title: The title
        description: Does \(name).
        input:
          type: object
          additionalProperties: false
          properties: { title: { type: string }, count: { type: integer } }
        output:
          type: object
          required: [id]
          properties: { id: { type: string }, size: { type: [integer, string] } }
        effect: \(effect)
        connector: { kind: command }
        \(more)

        """
    }

    static func write(_ delivery: String) -> String {
        "{ kind: write, delivery: \(delivery), reversibility: reversible }"
    }

    static let manifests: [String: String] = [
        "note": manifest(
            "note", write("at_most_once"),
            more: """
                audit: { did: "Noted {/arguments/title}" }
                retry: { attempts: 1 }
                """),
        "put": manifest("put", write("natural")),
        "send": manifest("send", write("keyed")),
        "look": manifest("look", "{ kind: read }"),
        "hasty": manifest("hasty", write("natural"), more: "wait: 0ms"),
        "ask": manifest("ask", write("at_most_once"), more: "approval: { by: [requester] }"),
        "patient": manifest(
            "patient", write("at_most_once"),
            more: "approval: { by: [requester] }\nwait: 20s"),
        "hidden": manifest("hidden", "{ kind: read }", more: "agent: false"),
        "foreign": manifest("foreign", "{ kind: read }"),
    ]
}
