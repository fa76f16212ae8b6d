// `holdfast policy explain`: one call, put to the policy as it is now.

import Engine
import JSON

extension PolicyCourt {
    /// - Parameters:
    ///   - run: what the call is part of: its profile, its person, and what it has done so far.
    ///   - viewer: where that run lies.
    package func explain(
        _ tool: String, arguments: String, profile name: String?, run: String?,
        in viewer: () throws(Ending) -> JournalViewer, clock: HostClock = .system
    ) throws(Ending) -> PolicyAnswer {
        let tool = try self.tool(tool)
        let arguments = try JSONArgument.object(arguments, of: "--arguments")
        guard let run else {
            let profile = try self.profile(name)
            return answer(
                PolicyQuestion(
                    tool: tool, arguments: arguments, caller: try caller(profile),
                    run: RunSoFar(), now: clock.now()),
                under: profile)
        }
        let found = try viewer().run(run).run
        if let name, name != found.caller.profile {
            throw Ending(
                .usage,
                "holdfast: \(found.id) is of profile \(found.caller.profile.visibleLiteral); "
                    + "leave --profile out.")
        }
        return answer(
            PolicyQuestion(
                tool: tool, arguments: arguments, caller: found.caller,
                run: RunSoFar(found, without: nil, and: []), now: clock.now()),
            under: try self.profile(found.caller.profile))
    }
}
