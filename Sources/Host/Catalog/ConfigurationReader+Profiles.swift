// What a config says of the kinds of agents: which tools they may call, how, on whose behalf, and
// how much of everything.

import Engine
import JSON

/// A profile with what its policy is made from.
struct ProfilePart {
    let profile: Profile
    let mode: Mode
    let allowance: Allowance
}

extension ConfigurationReader {
    mutating func profiles() -> [ProfilePart] {
        guard root.required("profiles", &findings) != nil else { return [] }
        if root.object["profiles"]?.objectValue?.isEmpty == true {
            findings.add(
                root.place("profiles"), "names no profile; add one with the tools it may call")
        }
        var profiles: [ProfilePart] = []
        for (name, part) in named("profiles", keys: ConfigurationKeys.profile) {
            let allow = part.required("allow", &findings).map {
                Part.texts($0, at: part.place("allow"), &findings)
            }
            let profile = Profile(
                name: name, allow: (allow ?? []).map { ToolName($0.text) },
                onBehalfOf: onBehalfOf(part))
            profiles.append(
                ProfilePart(
                    profile: profile, mode: part.word("mode", Mode.self, &findings) ?? .full,
                    allowance: allowance(part)))
        }
        return profiles
    }

    private mutating func allowance(_ profile: Part) -> Allowance {
        let budget = profile.part("budget", keys: ConfigurationKeys.budget, &findings)
        let limits = profile.part("limits", keys: ConfigurationKeys.limits, &findings)
        return Allowance(
            run: self.budget("run", of: budget), day: self.budget("day", of: budget),
            rate: limits?.rate("rate", &findings), concurrency: limits?.concurrency(&findings))
    }

    private mutating func budget(_ name: String, of whole: Part?) -> Budget {
        guard let part = whole?.part(name, keys: ConfigurationKeys.allowance, &findings) else {
            return .unlimited
        }
        let counts = 0...CatalogLimits.maxBudgetCount
        var budget = Budget()
        budget.calls = part.count("calls", counts, &findings)
        budget.writes = part.count("writes", counts, &findings)
        budget.cost = part.amount("cost", &findings)
        budget.bytes = part.count("bytes", counts, &findings)
        budget.timeMs = part.duration("time", &findings)
        budget.identical = part.count("identical", 1...CatalogLimits.maxBudgetCount, &findings)
        return budget
    }

    private mutating func onBehalfOf(_ part: Part) -> OnBehalfOf {
        guard let value = part.object["on_behalf_of"] else { return .account }
        if value.objectValue != nil {
            guard
                let inner = part.part(
                    "on_behalf_of", keys: ConfigurationKeys.onBehalfOf, &findings),
                inner.required("env", &findings) != nil,
                let name = variable("env", of: inner)
            else { return .account }
            return .environment(name)
        }
        guard let name = Part.text(value, at: part.place("on_behalf_of"), &findings) else {
            return .account
        }
        if name.isEmpty {
            findings.add(part.place("on_behalf_of"), "is empty; name a person or remove it")
        }
        return .name(name)
    }
}
