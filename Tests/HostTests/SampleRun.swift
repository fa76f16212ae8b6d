// A run without calls, for tests that need one and do not look into it.

@testable import Engine

extension Run {
    static func sample(_ id: String, single: Bool = true) -> Run {
        let opened = RunOpened(
            caller: Caller(profile: "p", person: "ana", account: "ana"), isSingle: single,
            pins: [], intent: nil, purpose: nil, intentID: nil)
        guard
            let run = Run(
                id: RunID(unchecked: id), opening: .runOpened(opened), at: Instant(ms: 0))
        else { preconditionFailure("A run_opened event opens a run.") }
        return run
    }
}
