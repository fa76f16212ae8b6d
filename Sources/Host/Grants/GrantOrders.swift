// `holdfast grants`: asking for a grant, listing them, taking one back. Giving one is approving it,
// as for any call.

import Engine
import JSON
import JSONSchema

package struct GrantOrders: Sendable {
    private let project: Project
    private let clock: HostClock

    package init(_ project: Project, clock: HostClock = .system) {
        self.project = project
        self.clock = clock
    }

    /// - Returns: the approval that it now waits for.
    package func request(_ file: String) throws(Ending) -> ApprovalEntry {
        let wish = try GrantWish.read(file, in: project.surroundings)
        let request = GrantRequest(
            try self.wish(wish.terms), reason: wish.reason, by: project.surroundings.account)
        return try Decisions(project, clock: clock).request(request, under: try policy(wish.terms))
    }

    /// - Returns: the grant as it stands then.
    package func revoke(_ text: String, reason: String) throws(Ending) -> GrantEntry {
        guard let id = CallID(text) else { throw Ending(.unknownGrant(text)) }
        return try Decisions(project, clock: clock).revoke(id, reason: reason)
    }

    /// Which is in force for what it is about; a batch is of several profiles, it may be.
    private func policy(_ terms: GrantWish.Terms) throws(Ending) -> Policy? {
        switch terms {
        case .batch: return nil
        case .templated(let template):
            let profile = try PolicyCourt(project).profile(template.profile)
            return project.configuration.policy(for: profile)
        }
    }

    private func wish(_ terms: GrantWish.Terms) throws(Ending) -> GrantRequest.Wish {
        switch terms {
        case .batch(let approvals): return .batch(approvals)
        case .templated(let template):
            let court = PolicyCourt(project)
            let tool = try court.tool(template.tool.text).manifest.tool
            let profile = try court.profile(template.profile)
            return .templated(template, tool, demands: court.demands(on: template, tool, profile))
        }
    }
}

extension PolicyCourt {
    /// Everybody whom the manifest or a rule might ask for a yes to a call that the grant covers:
    /// whoever gives it must be who would have been asked.
    func demands(
        on template: GrantTerms.Template, _ tool: Tool, _ profile: Profile
    ) -> [ApprovalRule] {
        let person = template.person
        let subject = PolicySubject(
            tool: tool.name, delivery: tool.delivery, reversibility: tool.reversibility,
            approval: tool.approval, mode: tool.mode, labels: tool.labels, arguments: [:],
            caller: caller(profile, person ?? ""), isByPerson: false, run: RunSoFar(),
            now: Instant(ms: 0))
        guard let document = subject.document else {
            preconditionFailure("A subject with arguments has a document.")
        }
        let known = ["tool", "effect", "profile"] + (person == nil ? [] : ["on_behalf_of"])
        var demands: [ApprovalRule] = []
        for rule in configuration.policy(for: profile).rules {
            guard case .approve(let demand) = rule.then,
                !rule.when.surelyMisses(document, by: known)
            else { continue }
            demands.append(demand)
        }
        return demands + [tool.approval].compactMap { $0 }
    }
}

extension CompiledSchema {
    /// Whether no document with these values under `names` satisfies it, whatever the rest is:
    /// something that must hold in every case finds fault with one of them.
    fileprivate func surelyMisses(_ document: JSONValue, by names: [String]) -> Bool {
        validate(document).contains { violation in
            guard let name = violation.instance.tokens.first, names.contains(name) else {
                return false
            }
            // A fault in one branch of several proves nothing.
            return !violation.schema.tokens.contains { token in
                ["anyOf", "oneOf", "not", "if", "then", "else", "$ref", "$defs",
                    "dependentSchemas", "$dynamicRef"].contains(token)
            }
        }
    }
}
