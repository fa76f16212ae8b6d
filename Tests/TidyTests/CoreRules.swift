// What may not be written in the core: whatever asks the world, hides a failure, or makes two
// runs of the same input differ.

enum CoreRules {
    static let name = "core"

    /// A piece of code that is not allowed, and what to write instead.
    struct Ban: Sendable {
        let pattern: Pattern
        let advice: String

        init(_ pattern: String, _ advice: String) {
            self.pattern = Pattern(pattern)
            self.advice = advice
        }
    }

    static let bans: [Ban] = [
        Ban(#"\btry\?"#, "`try?` drops the error; catch it and say which kind of failure it is"),
        Ban(#"\btry!"#, "`try!` crashes; let the error out with typed throws"),
        Ban(#"\bas\?"#, "`as?` means the type was lost; decode to an enum once, at the edge"),
        Ban(#"\bas!"#, "`as!` means the type was lost; decode to an enum once, at the edge"),
        Ban(Code.forceUnwrap, "`!` hides a reason; use `guard let` with a rejection"),
        // A label of a switch, not `dictionary[key, default: 0]`.
        Ban(
            #"(?:^|[;{}])\s*(?:@unknown\s+)?default\s*:"#,
            "`default:` hides the next case from the compiler; name the cases"),
        Ban(#"\bAny(?:Object|Hashable)?\b"#, "`Any` says nothing; use an enum or a generic"),
        Ban(#"\bDate\s*\(\s*\)|\bDate\.now\b"#, "time is an argument; take `now`"),
        Ban(
            #"\b(?:ContinuousClock|SuspendingClock)\b"#, "time is an argument; take `now`"),
        Ban(#"\bUUID\s*\(\s*\)"#, "names are arguments; take the id"),
        Ban(
            #"\.random(?:Element)?\b|\.shuffled?\s*\(|\bSystemRandomNumberGenerator\b"#,
            "chance is an argument; take the bytes"),
        Ban(Code.print, "the core prints nothing; return what there is to say"),
        Ban(#"\basync\b|\bawait\b"#, "the core is synchronous; return what is to be done as data"),
        Ban(#"\bfatalError\b"#, "a bug is a `precondition` with a sentence, a refusal is thrown"),
    ]

    /// Dictionaries and sets have no order of their own, so a loop over one may differ each run.
    static let unsorted = Pattern(
        #"\bfor\b[^\n{]*\bin\b[^\n]*\.(?:keys|values)\b|\.(?:keys|values)\.forEach\b"#)

    static func banned(_ source: SwiftSource, in layout: Layout = .holdfast) -> [Finding] {
        guard let target = source.target, layout.row(target)?.isCore == true else { return [] }
        let words = bans.flatMap { ban in
            ban.pattern.matches(in: source.code).map { match in
                source.finding(source.line(at: match.range.upperBound - 1), name, ban.advice)
            }
        }
        return words + unsortedLoops(source)
    }

    private static func unsortedLoops(_ source: SwiftSource) -> [Finding] {
        unsorted.matches(in: source.code).compactMap { match in
            let line = source.line(at: match.range.upperBound - 1)
            if source.codeLine(line).contains("sorted") { return nil }
            return source.finding(
                line, name, "this order may differ each run; loop over `.sorted` keys")
        }
    }
}

/// Pieces of Swift that more than one rule looks for, in code without comments and literals.
enum Code {
    /// `x!`, `f()!`, `a[0]!`, `T!`; not `!=`, `!x`, `try!`, `as!`, which have rules of their own.
    static let forceUnwrap = #"(?<!\btry)(?<!\bas)(?<=[\w)\]}"])!(?!=)"#
    /// `Task { }`, `Task(priority:)`, `Task.detached`; not `group.addTask`, not `Task.sleep`.
    static let task = #"\bTask\b(?:<[^>\n]*>)?\s*(?:\{|\(|\.(?:init|detached|immediate)\b)"#
    /// A call of the standard library's `print`, not a method of that name.
    static let print = #"(?<![.\w])(?<!\bfunc )(?:print|debugPrint|dump)\s*\("#
}
