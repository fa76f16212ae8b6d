// The document that conditions are about, as a shape: which names and words it can hold. What it
// holds of one call is made in the engine.

import Engine

indirect enum RuleShape {
    case members([RuleMember])
    case list(RuleShape)
    /// One of these texts, and what they are called.
    case word([String], String)
    case tool
    /// Members named after tools.
    case toolMap
    /// A place in the arguments.
    case arguments([String])
    case anything

    static func document(profiles: [String]) -> RuleShape {
        let label = RuleShape.word(Label.allCases.map(\.rawValue), "label")
        let effect: [RuleMember] = [
            RuleMember("kind", .word(["read", "write"], "kind")),
            RuleMember("delivery", .word(Delivery.allCases.map(\.rawValue), "delivery")),
            RuleMember(
                "reversibility",
                .word(Reversibility.allCases.map(\.rawValue), "reversibility")),
            RuleMember("reads", .list(label)), RuleMember("changes", .list(label)),
        ]
        let run: [RuleMember] = [
            RuleMember("calls", .anything), RuleMember("writes", .anything),
            RuleMember("failed", .anything), RuleMember("denied", .anything),
            RuleMember("tools", .toolMap), RuleMember("taint", .list(label)),
        ]
        let time: [RuleMember] = [
            RuleMember("at", .anything), RuleMember("date", .anything),
            RuleMember("weekday", .word(weekdays, "weekday")), RuleMember("hour", .anything),
            RuleMember("minute", .anything),
        ]
        return .members([
            RuleMember("tool", .tool), RuleMember("arguments", .arguments([])),
            RuleMember("effect", .members(effect)),
            RuleMember("profile", .word(profiles, "profile")),
            RuleMember("on_behalf_of", .anything), RuleMember("run", .members(run)),
            RuleMember("time", .members(time)),
        ])
    }

    static let rootNames = [
        "tool", "arguments", "effect", "profile", "on_behalf_of", "run", "time",
    ]

    static let weekdays = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]
}

struct RuleMember {
    let name: String
    let shape: RuleShape

    init(_ name: String, _ shape: RuleShape) {
        self.name = name
        self.shape = shape
    }
}
