// A dependency has a price tag: each package stands in the price table of ARCHITECTURE.md with
// an exact version in Package.swift, and the table names no package that is gone.

enum DependencyRules {
    static let name = "dependencies"

    private static let nameInCell = Pattern(#"[\w.-]+"#)

    static func check(_ manifest: Manifest, architecture: String?) -> [Finding] {
        inexact(manifest) + unpriced(manifest, architecture: architecture)
    }

    private static func inexact(_ manifest: Manifest) -> [Finding] {
        manifest.packages.filter { !$0.isExact }.map { package in
            manifest.finding(
                package.line, name, "\(package.name) may change under us; pin it with `exact:`")
        }
    }

    private static func unpriced(_ manifest: Manifest, architecture: String?) -> [Finding] {
        guard let table = architecture.flatMap({ MarkdownTable(below: "price", in: $0) }) else {
            return [
                Finding(
                    path: "ARCHITECTURE.md", line: 1, rule: name,
                    advice: "no table below a heading with the word price; list each package of "
                        + "Package.swift there with what it buys and what it costs")
            ]
        }
        let listed = table.rows.map { row in
            (name: packageName(in: row.cells.first ?? ""), line: row.line)
        }
        let names = Set(listed.map { $0.name.lowercased() })
        let wanted = Set(manifest.packages.map { $0.name.lowercased() })
        let missing = manifest.packages.filter { !names.contains($0.name.lowercased()) }
        let stale = listed.filter { !wanted.contains($0.name.lowercased()) }
        return missing.map { package in
            manifest.finding(
                package.line, name,
                "\(package.name) has no price; add it to the table in ARCHITECTURE.md")
        }
            + stale.map { row in
                Finding(
                    path: "ARCHITECTURE.md", line: row.line, rule: name,
                    advice: "Package.swift does not name \(row.name); remove the row")
            }
    }

    /// The first word of the cell, be it bare, in backticks, or the text of a link.
    private static func packageName(in cell: String) -> String {
        nameInCell.matches(in: cell).first?.groups[0] ?? cell
    }
}
