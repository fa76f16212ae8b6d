// Records in words, for auditors at a terminal.

import Engine
import JSON
import Proofs

package enum AuditText {
    package static func list(_ records: [RecordEntry], _ style: TextStyle) -> String {
        if records.isEmpty { return "" }
        var table = TextTable(["INDEX", "AT", "KIND", "BY", "ABOUT", "SAID"])
        for entry in records {
            let actor = entry.record.actor
            table.add([
                "\(entry.record.index)", entry.record.at.description, entry.record.kind,
                "\(actor.kind.rawValue) \(actor.name)",
                entry.record.event.call?.text ?? entry.record.run.text,
                entry.record.event.words ?? "",
            ])
        }
        return table.text(style)
    }

    package static func details(_ records: [RecordEntry], _ style: TextStyle) -> String {
        records.map { entry in
            let head = "record \(entry.record.index), leaf hash \(entry.stored.leafHash.hex)"
            var lines = [style.tinted(head, .bold)]
            if let words = entry.record.event.words { lines.append(words) }
            lines.append(entry.leaf.prettyText)
            for (reference, value) in entry.payloads {
                lines.append("\(reference.name.rawValue): \(value?.prettyText ?? "(erased)")")
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}
