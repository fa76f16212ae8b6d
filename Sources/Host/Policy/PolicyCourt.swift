// Putting calls to the policy of a config by hand, without making them: what it says, and why.

package import Engine
package import JSON
import JSONSchema

/// A call that nobody makes.
package struct PolicyQuestion: Sendable {
    package let tool: CatalogTool
    package let arguments: JSONObject
    package let caller: Caller
    package var isByPerson = false
    package let run: RunSoFar
    package let now: Instant

    var subject: PolicySubject {
        let tool = tool.manifest.tool
        return PolicySubject(
            tool: tool.name, delivery: tool.delivery, reversibility: tool.reversibility,
            approval: tool.approval, mode: tool.mode, labels: tool.labels, arguments: arguments,
            caller: caller, isByPerson: isByPerson, run: run, now: now)
    }

    /// Why a host would refuse the call before any rule is asked; empty where it would not.
    var refusals: [String] {
        let given = JSONValue.object(arguments)
        return tool.manifest.inputSchema.validate(given).map(\.message)
            + tool.manifest.evidenceNotShown(in: given)
            .map { "its evidence is not there or blank: \($0)" }
    }
}

/// The policies of a config beside its tools.
package struct PolicyCourt: Sendable {
    let configuration: Configuration
    let catalog: Catalog
    private let surroundings: Surroundings

    package init(_ project: Project) {
        configuration = project.configuration
        catalog = project.catalog()
        surroundings = project.surroundings
    }

    func tool(_ name: String) throws(Ending) -> CatalogTool {
        if let tool = catalog.tool(named: ToolName(name)) { return tool }
        let names = catalog.tools.map(\.name.text)
        let hint =
            NearestName.of(name, among: names).map { "Did you mean \($0)?" }
            ?? "`holdfast tools` lists them."
        throw Ending(
            .usage, "holdfast: there is no tool \(name.visibleLiteral). \(hint)")
    }

    func profile(_ name: String?) throws(Ending) -> Profile {
        do { return try configuration.profile(named: name) } catch { throw Ending(error) }
    }

    /// Who an agent of `profile` works for, here and now.
    func caller(_ profile: Profile) throws(Ending) -> Caller {
        do {
            let person = try configuration.person(of: profile, in: surroundings)
            return caller(profile, person.name)
        } catch {
            throw Ending(error)
        }
    }

    func caller(_ profile: Profile, _ person: String) -> Caller {
        Caller(profile: profile.name, person: person, account: surroundings.account)
    }

    func answer(_ question: PolicyQuestion, under profile: Profile) -> PolicyAnswer {
        PolicyAnswer(question, configuration.policy(for: profile))
    }
}
