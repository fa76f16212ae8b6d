// The pattern engine: what fits, what is refused, and that no pattern can run away.
import Testing

@testable import JSONSchema

struct PatternTests {
    private func fits(_ source: String, _ text: String) throws -> Bool? {
        var steps = 1_000_000
        return try Pattern(source).matches(text, steps: &steps)
    }

    @Test(arguments: [
        ("", "", true), ("b", "abc", true), ("^b", "abc", false), ("c$", "abc", true),
        ("^$", "", true), ("^$", "\n", false), ("a|bc", "xbc", true), ("^(a|b)*$", "abba", true),
        ("^(?:ab)+$", "ababa", false), ("^(?<year>[0-9]{4})$", "2025", true),
        ("^a{2}$", "aa", true), ("^a{2}$", "aaa", false), ("^a{2,}$", "aaaa", true),
        ("^a{1,3}$", "aaaa", false), ("^a{1,3}?$", "aaa", true), ("^a*?b$", "aab", true),
        ("^(a*)*$", "aaa", true), ("^(a|)+$", "aa", true), ("^.$", "\n", false),
        ("^.$", "\u{1F432}", true), ("^[^a]$", "b", true), ("^[^a]$", "a", false),
        ("^[a-c_-]+$", "b_-", true), ("^[\\d-x]+$", "4-x", true), ("^[]$", "a", false),
        ("^[^]$", "a", true), ("\\bcat\\b", "a cat sat", true), ("\\bcat\\b", "concat", false),
        ("\\Bcat", "concat", true), ("^\\w+\\s\\S+$", "ab c!", true),
        ("^\\x41\\u0042$", "AB", true),
        ("^\\u{1F432}$", "\u{1F432}", true), ("^\\uD83D\\uDC32$", "\u{1F432}", true),
        ("^\\cM$", "\r", true), ("^[\\b]$", "\u{8}", true), ("^\\p{Lu}\\p{Ll}+$", "Éa", true),
        ("^\\p{gc=Nd}$", "৪", true), ("^\\P{L}$", "é", false), ("^[^\\p{L}]$", "1", true),
        ("^[\\P{L}a]$", "a", true), ("^\\p{ASCII}+$", "aé", false), ("^\\-\\@\\/$", "-@/", true),
        ("^a{,2}$", "a{,2}", true), ("^\\$\\{a}$", "${a}", true), ("^a$|^b$", "b", true),
        ("x*", "", true), ("(^a)", "ba", false), ("(^|b)a", "ba", true),
    ])
    func matching(_ source: String, _ text: String, _ expected: Bool) throws {
        #expect(try fits(source, text) == expected, "\(source) on \(text)")
    }

    @Test(arguments: [
        ("(?=a)", "looks ahead"), ("(?!a)", "looks ahead"), ("(?<=a)b", "looks behind"),
        ("(?<!a)b", "looks behind"), ("(a)\\1", "refers back"), ("(?<n>a)\\k<n>", "refers back"),
        ("(?i)a", "does not know"), ("(a", "without its"), ("a)", "without its"),
        ("[a", "without its"), ("*a", "nothing before it"), ("a**", "repeats a repetition"),
        ("^*", "repeats an anchor"), ("a{3,2}", "smaller number first"), ("[b-a]", "swap"),
        ("\\", "single backslash"), ("\\A", "use ^"), ("a\\Z", "use $"), ("\\e", "does not know"),
        ("\\p{Script=Greek}", "not supported"), ("\\p", "without {"), ("\\xZZ", "hexadecimal"),
        ("\\uD800", "surrogate"), ("\\u{110000}", "surrogate"), ("\\u{99999999999}", "scalar"),
        ("a{99999999999999999999}", "repeats more than"), ("((a{100}){100}){100}", "more than"),
    ])
    func refusals(_ source: String, _ expected: String) {
        let error = #expect(throws: PatternError.self) { try Pattern(source) }
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "accepted")")
    }

    @Test(arguments: ["(a+)+$", "^(a|a)*$", "(a*)*b", "^(a?){50}a{50}$", "(x+x+)+y"])
    func workGrowsWithTheLengthOnly(_ source: String) throws {
        let pattern = try Pattern(source)
        let length = 50_000
        let text = String(repeating: "a", count: length) + "!"
        let budget = length * (pattern.instructions.count * 4 + 4)
        var steps = budget
        #expect(pattern.matches(text, steps: &steps) == false)
        var tooFew = 1_000
        #expect(pattern.matches(text, steps: &tooFew) == nil)
    }

    @Test func stepsAreCountedExactly() throws {
        // Entering "a", moving over it, entering the match.
        let pattern = try Pattern("^a")
        var steps = 4
        #expect(pattern.matches("a", steps: &steps) == true)
        #expect(steps == 0)
        steps = 3
        #expect(pattern.matches("a", steps: &steps) == nil)
    }

    @Test func emptyRepetitionsTakeNoRoom() throws {
        #expect(try Pattern("(?:(?:){1000}){1000}").instructions.count < 10)
    }
}
