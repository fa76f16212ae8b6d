// What rules come to over sampled calls: one that never holds, always holds or never decides is
// probably not meant so. Warnings only: samples find no proof.

import Engine
import JSON
import JSONSchema

struct RuleCoverage {
    private struct Tally {
        var matches = 0
        var misses = 0
        var decisions = 0
        /// Who decided where it held and did not.
        var decider: String?
        /// Whether calls that it may hold for were not tried.
        var isPartial = false
    }

    private let rules: [ConfiguredRule]
    private var tallies: [Tally]
    private var count = 0
    private var seen: Set<JSONValue> = []
    /// How many samples there may be: each is held against every rule.
    private let most: Int

    static func warnings(_ configuration: Configuration, _ catalog: Catalog) -> [Problem] {
        guard !configuration.rules.isEmpty, !catalog.tools.isEmpty else { return [] }
        var coverage = RuleCoverage(configuration.rules)
        coverage.run(configuration, catalog.tools.map(\.manifest))
        var findings = Findings()
        guard coverage.count < coverage.most else {
            findings.add(
                JSONPointer(tokens: ["rules"]),
                "there are too many rules and tools to try each rule with each tool, so it is not "
                    + "known whether all of them ever decide")
            return findings.problems(in: configuration.document)
        }
        for (rule, tally) in zip(coverage.rules, coverage.tallies) {
            guard let text = coverage.warning(rule, tally) else { continue }
            findings.add(rule.place, text)
        }
        return findings.problems(in: configuration.document)
    }

    private init(_ rules: [ConfiguredRule]) {
        self.rules = rules
        most = min(CatalogLimits.maxSamples, CatalogLimits.maxRuleTrials / rules.count)
        tallies = Array(repeating: Tally(), count: rules.count)
    }

    private mutating func run(_ configuration: Configuration, _ manifests: [Manifest]) {
        let conditions = rules.map { ConditionSamples($0.when) }
        let reached = manifests.map { manifest in
            let known = KnownTool(manifest)
            return rules.indices.filter { rules[$0].reach.over(known.parts) != .never }
        }
        let pairs = reached.reduce(0) { $0 + $1.count }
        let each = max(CatalogLimits.minSamples, (most - 1) / (pairs + manifests.count))
        for (manifest, reached) in zip(manifests, reached) {
            let profiles = configuration.profiles.filter { $0.allow.contains(manifest.name) }
            let samples = CallSamples(manifest, profiles: profiles.map(\.name))
            for document in samples.plain(each) { judge(document, manifest) }
            for index in reached {
                let (documents, isCut) = samples.varied(by: conditions[index], each)
                if isCut || conditions[index].isPartial { tallies[index].isPartial = true }
                for document in documents { judge(document, manifest) }
            }
        }
    }

    private mutating func judge(_ document: JSONValue, _ manifest: Manifest) {
        guard count < most, seen.insert(document).inserted else { return }
        count += 1
        var matching: [Int] = []
        for (index, rule) in rules.enumerated() {
            switch rule.rule.when.verdict(on: document) {
            case true?: matching.append(index)
            case false?: tallies[index].misses += 1
            case nil: break
            }
        }
        let holds = manifest.tool.approval != nil
        func rank(_ index: Int) -> Int { rules[index].rule.then.verdict.rank }
        let strongest = (matching.map(rank) + (holds ? [Verdict.approve.rank] : [])).min()
        let deciding = matching.filter { rank($0) == strongest }
        for index in matching {
            tallies[index].matches += 1
            // Everybody whom any rule asks must agree; of equal others the first is enough.
            if deciding.contains(index), rules[index].demand != nil || index == deciding[0] {
                tallies[index].decisions += 1
            } else {
                tallies[index].decider = deciding.first.map { "`\(rules[$0].name)`" }
                    ?? "the manifest of `\(manifest.name)`"
            }
        }
    }

    private func warning(_ rule: ConfiguredRule, _ tally: Tally) -> String? {
        let samples = "\(count) sample calls, made from the tools' input schemas and the values "
            + "that rules name"
        if tally.matches == 0 {
            guard tally.misses > 0, !tally.isPartial else { return nil }
            return "the rule `\(rule.name)` holds for none of \(samples); correct its condition "
                + "or remove it"
        }
        if tally.decisions == 0 {
            return "the rule `\(rule.name)` never decides: where it holds, a stronger rule or an "
                + "equal one before it does (of \(samples)), such as \(tally.decider ?? "another")"
        }
        if tally.misses == 0 {
            return "the rule `\(rule.name)` holds for every one of \(samples); if that is not "
                + "meant, name in its condition what it is for"
        }
        return nil
    }
}

extension Verdict {
    /// Strongest first.
    fileprivate var rank: Int { Verdict.allCases.firstIndex(of: self) ?? Verdict.allCases.count }
}
