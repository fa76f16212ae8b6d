// `holdfast policy test`: a table of cases, each put to the policy, and what came out otherwise
// than the table says.

import Engine
package import JSON

package struct PolicyTest: Sendable {
    let results: [Result]

    struct Result: Sendable {
        let expected: PolicyCase
        let got: Got

        enum Got: Sendable {
            case answer(PolicyAnswer)
            /// The case names something that is not there.
            case nothing(String)
        }
    }

    package static func perform(
        _ path: String, in project: Project, clock: HostClock = .system
    ) throws(Ending) -> PolicyTest {
        let court = PolicyCourt(project)
        let table = try PolicyTable.read(path, in: project.surroundings)
        let now = clock.now()
        return PolicyTest(results: table.cases.map { court.result(of: $0, now) })
    }

    package var isGood: Bool { results.allSatisfy(\.isGood) }

    package var document: JSONValue {
        let bad = results.filter { !$0.isGood }
        return [
            "cases": .integer(results.count), "failed": .integer(bad.count),
            "results": .array(results.map(\.document)),
        ]
    }

    /// A line for each case that failed; empty where none did.
    package func text(_ style: TextStyle) -> String {
        var table = TextTable(["CASE", "EXPECTED", "GOT", "BECAUSE"])
        for result in results where !result.isGood {
            table.add([
                result.expected.name, result.expected.words, result.gotWords, result.because,
            ])
        }
        return isGood ? "" : table.text(style)
    }

    package var summary: String {
        let failed = results.count { !$0.isGood }
        let cases = results.count == 1 ? "1 case" : "\(results.count) cases"
        return "holdfast: \(cases), " + (failed == 0 ? "all as expected" : "\(failed) failed")
    }
}

extension PolicyCourt {
    fileprivate func result(of expected: PolicyCase, _ now: Instant) -> PolicyTest.Result {
        do {
            let profile = try self.profile(expected.profile)
            let caller =
                if let person = expected.person {
                    caller(profile, person)
                } else {
                    try self.caller(profile)
                }
            let question = PolicyQuestion(
                tool: try tool(expected.tool), arguments: expected.arguments, caller: caller,
                run: expected.run, now: expected.at ?? now)
            return PolicyTest.Result(
                expected: expected, got: .answer(answer(question, under: profile)))
        } catch {
            return PolicyTest.Result(expected: expected, got: .nothing(error.words))
        }
    }
}

extension PolicyTest.Result {
    /// A call that a host would refuse before it asks the policy proves nothing of the policy.
    var isGood: Bool {
        switch got {
        case .nothing: false
        case .answer(let answer):
            answer.refusals.isEmpty && answer.ruling.outcome.verdict == expected.verdict
                && (expected.rules ?? answer.ruling.rules) == answer.ruling.rules
        }
    }

    var gotWords: String {
        switch got {
        case .nothing: "nothing"
        case .answer(let answer):
            PolicyCase.words(answer.ruling.outcome.verdict, answer.ruling.rules)
        }
    }

    var because: String {
        switch got {
        case .nothing(let words): words
        case .answer(let answer):
            answer.refusals.first ?? answer.reason
                ?? answer.rules.first { rule in
                    rule.answer != .matches
                        && (expected.rules.map { $0.contains(rule.rule.name) }
                            ?? (rule.rule.then.verdict == expected.verdict))
                }.map { "“\($0.rule.name)” does not match: \($0.why ?? "")" } ?? ""
        }
    }

    var document: JSONValue {
        var document: JSONObject = [
            "name": .string(expected.name), "passed": .bool(isGood),
            "expected": PolicyCase.document(expected.verdict, expected.rules),
        ]
        switch got {
        case .nothing(let words): document["error"] = .string(words)
        case .answer(let answer):
            document["got"] = PolicyCase.document(
                answer.ruling.outcome.verdict, answer.ruling.rules)
            if !isGood { document["because"] = .string(because) }
        }
        return .object(document)
    }
}

extension PolicyCase {
    fileprivate var words: String { PolicyCase.words(verdict, rules) }

    fileprivate static func words(_ verdict: Verdict, _ rules: [String]?) -> String {
        verdict.rawValue + (rules.map { " by \($0.joined(separator: ", "))" } ?? "")
    }

    fileprivate static func document(_ verdict: Verdict, _ rules: [String]?) -> JSONValue {
        var document: JSONObject = ["verdict": .string(verdict.rawValue)]
        document["rules"] = rules.map { .array($0.map { .string($0) }) }
        return .object(document)
    }
}
