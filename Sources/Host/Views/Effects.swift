// What a run has done to the world: its writes alone, and whether what each did stands.

import Engine
package import JSON

/// Whether the effect of a write is there.
enum EffectState: String {
    case yes
    /// Nobody knows, or it is under way.
    case maybe
    case undone
    case no

    init(_ call: Call, in run: Run) {
        switch call.phase {
        case .compensating(let undo):
            // It is there until the undo may have happened.
            let taken = run[undo].map { EffectState($0, in: run) } ?? .no
            self = taken == .no ? .yes : .maybe
        case .succeeded, .confirming, .needsAttention(.lateSuccess),
            .needsAttention(.readBack), .needsAttention(.undoImpossible):
            self = .yes
        case .running, .unknown, .verifying, .needsAttention(.recoveryExhausted): self = .maybe
        case .compensated: self = .undone
        case .held, .ready, .waiting, .failed, .denied, .cancelled, .shadow,
            .needsAttention(.undoFailed):
            // Where an earlier attempt may have happened, no later failure ends the doubt.
            self = call.doubtful.isEmpty ? .no : .maybe
        }
    }
}

extension RunEntry {
    /// The same run with its writes alone.
    private var writes: [CallEntry] { calls.filter { $0.call.delivery.isWrite } }

    package var effectsDocument: JSONValue {
        var only = self
        only.calls = []
        var document = only.document.objectValue ?? [:]
        document["calls"] = .array(
            writes.map { call in
                var line = call.document.objectValue ?? [:]
                line["effect"] = [
                    "stands": .string(EffectState(call.call, in: run).rawValue),
                    "reversibility": .text(call.call.reversibility?.rawValue),
                    "undo": .text(call.call.followUps.undo?.text),
                ]
                return .object(line)
            })
        return .object(document)
    }

    package func effectsText(_ style: TextStyle) -> String {
        guard !writes.isEmpty else { return "" }
        var table = TextTable(["STANDS", "CALL", "TOOL", "REVERSIBLE", "UNDO", "DID"])
        for entry in writes {
            let call = entry.call
            table.add([
                EffectState(call, in: run).rawValue, call.id.text, call.tool.text,
                call.reversibility?.rawValue ?? "", call.followUps.undo?.text ?? "none",
                entry.did ?? call.word,
            ])
        }
        return table.text(style)
    }
}
