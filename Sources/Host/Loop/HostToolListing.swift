// How the host's own tools look to a model: descriptions and input schemas. What they do is beside.

import JSON
import JSONSchema
import MCP

extension HostTool {
    /// Compiled once.
    var schema: CompiledSchema { HostTool.schemas[self] ?? HostTool.compiled(self) }

    private static let schemas: [HostTool: CompiledSchema] = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, compiled($0)) })

    private static func compiled(_ tool: HostTool) -> CompiledSchema {
        do {
            return try CompiledSchema(compiling: tool.input)
        } catch {
            preconditionFailure("The host's own schemas are good ones: \(error.message)")
        }
    }

    var listing: ToolListing {
        ToolListing(
            name: rawValue, title: title, description: about, inputSchema: input,
            annotations: ToolAnnotations(
                readOnlyHint: self == .runStatus || self == .callStatus,
                destructiveHint: self == .runAbort,
                idempotentHint: self != .runBegin, openWorldHint: false))
    }

    private var title: String {
        switch self {
        case .runBegin: "Begin a run"
        case .runStatus: "Look at a run"
        case .runComplete: "Complete a run"
        case .runAbort: "Abort a run"
        case .callStatus: "Look at a call"
        case .callCancel: "Cancel a call"
        }
    }

    private var about: String {
        switch self {
        case .runBegin:
            "Begins a run: the calls you make for one purpose. Pass its run_id with every call. "
                + "With the same intent_id you get the same run back, with what was done in it, "
                + "so that starting over after an interruption never does a thing twice."
        case .runStatus:
            "Says what was done in a run, what is still open and for what it waits. Use it to "
                + "find your place again after an interruption. Of a long run the newest calls "
                + "are told; calls_left_out counts the older ones."
        case .runComplete: "Says that a run's purpose is fulfilled. It takes no more calls."
        case .runAbort:
            "Aborts a run and undoes what it did, newest first, as far as the tools' manifests say "
                + "how. The result names what was undone, what stands and why, and what is still "
                + "under way. It takes no more calls."
        case .callStatus:
            "Says how a call stands: for calls that were pending, running or unknown. With "
                + "wait_ms it waits that long for an outcome."
        case .callCancel:
            "Asks a call to stop. One that has not started never runs; one that is under way may "
                + "still happen, and its status tells what became of it."
        }
    }

    fileprivate var input: JSONValue {
        switch self {
        case .runBegin:
            HostTool.object(
                ["purpose"],
                [
                    "purpose": HostTool.text("What the run is for, in a sentence.", max: 8192),
                    "intent_id": HostTool.text(
                        "A name of your own for this intent; the same one gives the same run.",
                        max: 256),
                    "deadline": HostTool.text(
                        "After this long the run is aborted and what it did undone, unless it has "
                            + "ended: a whole number and s, m, h or d, as in 2h.", max: 16),
                ])
        case .runStatus:
            HostTool.object(["run_id"], ["run_id": HostTool.text("The run.", max: 64)])
        case .runComplete:
            HostTool.object(
                ["run_id"],
                [
                    "run_id": HostTool.text("The run.", max: 64),
                    "summary": HostTool.text("What came of it, in a few sentences.", max: 8192),
                ])
        case .runAbort:
            HostTool.object(
                ["run_id", "reason"],
                [
                    "run_id": HostTool.text("The run.", max: 64),
                    "reason": HostTool.text("Why, for the record.", max: 8192),
                ])
        case .callStatus:
            HostTool.object(
                ["call_id"],
                [
                    "call_id": HostTool.text("The call, from a result's receipt.", max: 64),
                    "wait_ms": [
                        "type": "integer", "minimum": 0,
                        "maximum": .integer(Int(HostLimits.longestWaitMs)),
                        "description": "How long to wait for an outcome, in milliseconds.",
                    ],
                ])
        case .callCancel:
            HostTool.object(
                ["call_id"],
                [
                    "call_id": HostTool.text("The call, from a result's receipt.", max: 64),
                    "reason": HostTool.text("Why, for the record.", max: 8192),
                ])
        }
    }

    private static func object(_ required: [String], _ properties: JSONObject) -> JSONValue {
        [
            "type": "object", "additionalProperties": false,
            "required": .array(required.map { .string($0) }), "properties": .object(properties),
        ]
    }

    private static func text(_ description: String, max: Int) -> JSONValue {
        [
            "type": "string", "minLength": 1, "maxLength": .integer(max),
            "description": .string(description),
        ]
    }
}
