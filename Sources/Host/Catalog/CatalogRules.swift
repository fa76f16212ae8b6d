// What rules and manifests say of one another: that what cannot be undone is held by somebody, that
// rules name what exists, and that whoever must say yes can.

import Engine
import JSON

struct CatalogRules {
    let configuration: Configuration
    private let people: ApprovalPeople

    init(_ configuration: Configuration) {
        self.configuration = configuration
        people = ApprovalPeople(configuration.directory)
    }

    /// Why the tool may not be offered although its manifest is right by itself.
    func problems(of manifest: Manifest, in document: SourceDocument) -> [Problem] {
        var findings = Findings()
        if manifest.tool.reversibility == .irreversible, manifest.tool.approval == nil,
            !isHeld(manifest)
        {
            findings.add(
                JSONPointer(tokens: ["effect"]),
                "an irreversible write that nothing holds is refused (a write is irreversible "
                    + "unless it says otherwise); add `approval: \(ApprovalReader.confirmation)` "
                    + "or a rule that asks for a yes, or say `reversibility: reversible` or "
                    + "`partial` where that is true")
        }
        if let demand = manifest.tool.approval {
            let place = JSONPointer(tokens: ["approval"])
            people.check(demand, at: place, &findings)
            let callers = configuration.profiles.filter { $0.allow.contains(manifest.name) }
            checkCallers(callers, demand, at: place, &findings)
        }
        return findings.problems(in: document)
    }

    /// What is wrong with the config's rules, given the tools there are.
    func problems(among tools: [Manifest], refused: Set<String>) -> [Problem] {
        guard !configuration.rules.isEmpty else { return [] }
        let known = tools.map(KnownTool.init)
        var names = RuleNames(
            tools: tools, refused: refused, profiles: configuration.profileNames)
        for rule in configuration.rules { names.check(rule) }
        var findings = Findings()
        for rule in configuration.rules {
            guard let demand = rule.demand else { continue }
            let place = rule.place.appending("then").appending("approve")
            checkCallers(callers(rule, known), demand, at: place, &findings)
            if demand.onSilence == .approve { checkSilence(rule, known, at: place, &findings) }
        }
        return names.findings.problems(in: configuration.document)
            + findings.problems(in: configuration.document)
    }

    /// Where a host works for the account it runs under, nobody knows before it runs whether that
    /// is one of those who are asked: said of the account at hand, and refused of none.
    func warnings(among tools: [Manifest], account: String) -> [Problem] {
        let known = tools.map(KnownTool.init)
        var findings = Findings()
        for rule in configuration.rules {
            guard let demand = rule.demand else { continue }
            for profile in callers(rule, known) where profile.onBehalfOf == .account {
                guard let text = people.shortage(of: demand, behind: account, as: profile.name)
                else { continue }
                findings.add(
                    rule.place.appending("then").appending("approve"),
                    "for a host that `\(account)` starts: " + text)
            }
        }
        return findings.problems(in: configuration.document)
    }

    /// The profiles with a tool for which the rule can hold.
    private func callers(_ rule: ConfiguredRule, _ tools: [KnownTool]) -> [Profile] {
        configuration.profiles.filter { profile in
            tools.contains { tool in
                profile.allow.contains(tool.name)
                    && rule.reach.over(tool.parts(profile: profile.name)) != .never
            }
        }
    }

    private func isHeld(_ manifest: Manifest) -> Bool {
        let known = KnownTool(manifest)
        return configuration.rules.contains {
            $0.demand != nil && $0.reach.over(known.parts) != .never
        }
    }

    /// Whoever is behind an agent never says yes to it, so that others must suffice.
    private func checkCallers(
        _ profiles: [Profile], _ demand: ApprovalRule, at place: JSONPointer,
        _ findings: inout Findings
    ) {
        for profile in profiles {
            guard case .name(let person) = profile.onBehalfOf,
                people.shortage(of: demand) == nil,
                let text = people.shortage(of: demand, behind: person, as: profile.name)
            else { continue }
            findings.add(place, text)
        }
    }

    private func checkSilence(
        _ rule: ConfiguredRule, _ tools: [KnownTool], at place: JSONPointer,
        _ findings: inout Findings
    ) {
        let unfit = tools.filter {
            !($0.reversibility?.maySilenceApprove ?? true)
                && rule.reach.over($0.parts) != .never
        }
        guard let first = unfit.first else { return }
        findings.add(
            place.appending("on_silence"),
            "silence is a yes only for what can be undone whole, and the rule can hold for "
                + "`\(first.name)`, which is `\(first.reversibility?.rawValue ?? "")`"
                + (unfit.count == 1 ? "" : ", and \(unfit.count - 1) more")
                + "; write deny, escalate or abort, or a condition that leaves it out")
    }
}

/// What is known of every call of a tool.
struct KnownTool {
    let name: ToolName
    let reversibility: Reversibility?
    /// Of the document that rules are about.
    let parts: JSONObject

    init(_ manifest: Manifest) {
        name = manifest.name
        reversibility = manifest.tool.reversibility
        parts = [
            "tool": .string(name.text),
            "effect": manifest.tool.sampleDocument([:])["effect"] ?? [:],
        ]
    }

    func parts(profile: String) -> JSONObject {
        var parts = self.parts
        parts["profile"] = .string(profile)
        return parts
    }
}

extension Tool {
    /// The document of a call that nobody makes: the first of its run, at a noon.
    func sampleDocument(_ arguments: JSONObject) -> JSONObject {
        let subject = PolicySubject(
            tool: name, delivery: delivery, reversibility: reversibility, approval: approval,
            mode: mode, labels: labels, arguments: arguments,
            caller: Caller(profile: "profile", person: "somebody", account: "somebody"),
            isByPerson: false, run: RunSoFar(), now: Instant(ms: 1_767_268_800_000))
        guard let document = subject.document?.objectValue else {
            preconditionFailure("A call whose arguments are there has a document.")
        }
        return document
    }
}
