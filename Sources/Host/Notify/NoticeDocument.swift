// What a notice says: the host's own words about a request, with what an agent wrote marked as
// such. It holds nothing that approves: whoever reads it decides by `holdfast approve`.

import Engine
import JSON
import Proofs

enum NoticeDocument {
    /// A schema that every notice satisfies.
    static let schema: JSONValue = [
        "type": "object", "additionalProperties": false,
        "required": ["kind", "approval_id", "call_id", "run_id", "tool", "state", "what", "how"],
        "properties": [
            "kind": [
                "type": "string", "enum": .array(NoticeKind.allCases.map { .string($0.rawValue) }),
            ],
            "approval_id": text, "call_id": text, "run_id": text, "tool": text, "state": text,
            "what": text, "how": text, "title": text, "arguments": [:],
            "why": [
                "type": "object", "additionalProperties": false, "required": ["text", "trusted"],
                "properties": ["text": text, "trusted": ["type": "boolean"]],
            ],
            "profile": text, "on_behalf_of": text, "reversibility": text, "rule": text,
            "decide_by": text, "if_not": text, "digest": text, "decided_by": text,
            "decision_reason": text, "asked_at": text, "at": text, "n": ["type": "integer"],
            "needed": [
                "type": "array",
                "items": [
                    "type": "object",
                    "properties": [
                        "rule": text, "stage": ["type": "integer"],
                        "missing": ["type": "integer"], "by": texts, "people": texts,
                    ],
                ],
            ],
        ],
    ]

    private static let text: JSONValue = ["type": "string"]
    private static let texts: JSONValue = ["type": "array", "items": ["type": "string"]]

    /// - Parameter entry: the request as people are shown it, marked fields masked.
    static func of(_ notice: DueNotice, _ entry: ApprovalEntry) -> JSONObject {
        var document: JSONObject = [
            "kind": .string(notice.kind.rawValue),
            "approval_id": .string(notice.approval.text),
            "call_id": .string(entry.call.text), "run_id": .string(entry.run.text),
            "tool": .string(entry.tool.text),
            "state": .string(entry.state.rawValue),
            "what": .string(entry.headline),
            "arguments": shortened(entry.arguments, of: entry.call),
            "profile": .string(entry.caller.profile),
            "on_behalf_of": .string(entry.caller.person),
            "rule": .string(entry.approval.rule),
            "digest": .string("sha256:\(entry.approval.action.hex)"),
            "how": .string(how(notice, entry)),
            "n": .integer(notice.number), "asked_at": .string(entry.askedAt.description),
            "at": .string(time(of: notice, entry).description),
            "needed": .array(entry.needed.map(\.document)),
        ]
        if let manifest = entry.manifest {
            document["title"] = manifest.title.map { .string($0) }
            document["reversibility"] = manifest.reversibility.map { .string($0.rawValue) }
        }
        // Nobody vouches for an agent's own words.
        if let reason = entry.reason {
            document["why"] = ["text": .string(reason), "trusted": false]
        }
        if entry.state == .pending {
            document["decide_by"] = .string(entry.approval.decideBy.description)
        }
        let ifNot = entry.consequence(withSpan: false).joined(separator: "; ")
        if !ifNot.isEmpty { document["if_not"] = .string(ifNot) }
        document["decided_by"] = entry.approval.decidedBy.map { .string($0) }
        document["decision_reason"] = entry.decisionReason.map { .string($0) }
        return JSONObject(document.members.map { ($0.name, $0.value.visible) })
    }

    /// When it happened, as the record has it: the same whichever host tells it.
    private static func time(of notice: DueNotice, _ entry: ApprovalEntry) -> Instant {
        let approval = entry.approval
        switch notice.kind {
        case .requested: return approval.askedAt
        case .reminded: return approval.remindedAt ?? approval.askedAt
        case .escalated:
            let after = approval.demands.compactMap(\.escalateAfterMs).min() ?? 0
            return approval.askedAt + after
        case .decided:
            let ranOut = approval.executeBy ?? approval.decideBy
            return entry.state == .expired
                ? ranOut : approval.decisions.last?.at ?? approval.askedAt
        }
    }

    private static func how(_ notice: DueNotice, _ entry: ApprovalEntry) -> String {
        guard entry.state == .pending else { return "holdfast show \(entry.call)" }
        return "holdfast approve \(notice.approval) --reason …   or   "
            + "holdfast deny \(notice.approval) --reason …"
    }

    private static func shortened(_ arguments: JSONValue?, of call: CallID) -> JSONValue {
        guard let arguments else { return .string("(its arguments have been erased)") }
        let size = arguments.compactBytes().count
        guard size > HostLimits.noticeArgumentBytes else { return arguments }
        return .string(
            "(\(size) bytes, too long for a notice; holdfast show \(call) shows them)")
    }
}

extension JSONValue {
    /// The same with an escape for every character that a reader would not see, or that would
    /// turn the others round.
    fileprivate var visible: JSONValue {
        switch self {
        case .null, .bool, .number: self
        case .string(let text): .string(text.withVisibleControls)
        case .array(let elements): .array(elements.map(\.visible))
        case .object(let object):
            .object(
                JSONObject(object.members.map { ($0.name.withVisibleControls, $0.value.visible) }))
        }
    }
}
