// What the code around the core may do only with a reason, and what no source may do at all.

enum ShellRules {
    /// Ways around the compiler. Each is allowed where a comment proves that it is right.
    private static let escapes: [(name: String, pattern: Pattern)] = [
        ("try?", Pattern(#"\btry\?"#)),
        ("try!", Pattern(#"\btry!"#)),
        ("as?", Pattern(#"\bas\?"#)),
        ("as!", Pattern(#"\bas!"#)),
        ("!", Pattern(Code.forceUnwrap)),
        ("@unchecked", Pattern(#"@unchecked\b"#)),
        ("nonisolated(unsafe)", Pattern(#"\bnonisolated\s*\(\s*unsafe\s*\)"#)),
    ]
    private static let task = Pattern(Code.task)
    private static let print = Pattern(Code.print)
    private static let actor = Pattern(
        #"^[ \t]*(?:(?:@\w+(?:\([^)\n]*\))?|public|package|internal|fileprivate|private"#
            + #"|distributed|final)[ \t]+)*actor[ \t]+\w+"#)

    static let actorsMax = 2

    static func provenEscapes(
        _ source: SwiftSource, in layout: Layout = .holdfast
    ) -> [Finding] {
        guard let target = source.target, layout.row(target)?.isCore != true else { return [] }
        return escapes.flatMap { escape in
            lines(of: escape.pattern, in: source).filter { !source.hasProof(at: $0) }.map { line in
                source.finding(
                    line, "escapes",
                    "`\(escape.name)` without a proof; say why it is right in a comment right "
                        + "above, or do without it")
            }
        }
    }

    static func noUnstructuredTasks(_ source: SwiftSource) -> [Finding] {
        guard source.target != nil else { return [] }
        return lines(of: task, in: source).map { line in
            source.finding(line, "tasks", "nobody waits for this task; add it to a task group")
        }
    }

    /// Standard output is the protocol's: only the command line writes to it.
    static func noPrinting(_ source: SwiftSource, in layout: Layout = .holdfast) -> [Finding] {
        guard let target = source.target, target != "holdfast",
            layout.row(target)?.isCore != true
        else { return [] }
        return lines(of: print, in: source).map { line in
            source.finding(line, "printing", "only the target holdfast prints; return the text")
        }
    }

    static func fewActors(_ sources: [SwiftSource]) -> [Finding] {
        let all = sources.filter { $0.target != nil }.flatMap { source in
            lines(of: actor, in: source).map { (source: source, line: $0) }
        }
        return all.dropFirst(actorsMax).map { found in
            found.source.finding(
                found.line, "actors",
                "\(all.count) actors, at most \(actorsMax); keep state in a value that an actor "
                    + "we have owns")
        }
    }

    private static func lines(of pattern: Pattern, in source: SwiftSource) -> [Int] {
        pattern.matches(in: source.code).map { source.line(at: $0.range.upperBound - 1) }
    }
}
