// What the doctor found, in words and as a document, and what it finds in the journal itself.

import Engine
package import JSON
import Proofs
import SQLiteJournal

extension Doctor {
    package func text(_ style: TextStyle) -> String {
        findings.map { $0.level.marked("\($0.what): \($0.says)", style) }
            .joined(separator: "\n")
    }

    package var document: JSONValue {
        [
            "good": .bool(!hasFaults),
            "findings": .array(
                findings.map { finding in
                    [
                        "level": .string(finding.level.rawValue), "about": .string(finding.what),
                        "says": .string(finding.says),
                    ]
                }),
        ]
    }

    mutating func lookAtJournal(of project: Project) {
        do {
            guard let journal = try project.journal() else { return }
            let clock = HostClock.system
            let mine = try environments(of: project)
            let tools = project.catalog().tools.map(\.name)
            let (lines, stuck, stops) = try Ending.ifFault { () throws(JournalFault) in
                try journal.read { reading throws(JournalFault) in
                    let lines = try reading.agenda(limit: HostLimits.listPage)
                    let label = RunState.needsAttention.rawValue
                    let stuck = try reading.states(
                        label: label, before: nil, limit: HostLimits.listPage)
                    return (lines, stuck.map(\.run), try Stops(reading, tools, clock.now()))
                }
            }
            add(.good, "lock", "free, and taken for a moment")
            tell(stuck)
            tell(stops)
            tell(lines, claimable: mine, at: clock.now())
        } catch {
            add(.fault, "journal", error.words)
        }
    }

    private mutating func tell(_ stuck: [RunID]) {
        guard let first = stuck.first else { return }
        add(
            .warning, "attention",
            "\(stuck.count) \(stuck.count == 1 ? "run needs" : "runs need") a person; "
                + "`holdfast runs --state needs_attention` lists them, the newest is \(first)")
    }

    private mutating func tell(_ stops: Stops) {
        for halt in stops.halts {
            add(
                .warning, "halted",
                "\(halt.words); \(halt.halt.scope.resumeCommand) ends it")
        }
        for (tool, until) in stops.breakers {
            add(
                .warning, "breaker",
                "the system behind \(tool) has failed again and again; nothing is sent to it "
                    + "until \(until), then one attempt finds out")
        }
    }

    private mutating func tell(_ lines: [AgendaItem], claimable: [String]?, at now: Instant) {
        let bound = lines.filter { $0.isBoundElsewhere(claimable) }
        if let first = bound.first {
            add(
                .warning, "nobody's work",
                "\(bound.count) \(bound.count == 1 ? "call waits" : "calls wait") for a host of "
                    + "another profile, person or set of databases than this config has, "
                    + "\(first.subject) among them; start a host with the config that made them")
        }
        let late = lines.filter { line in
            now.ms(since: line.due) > Doctor.lateMs
                && !line.isBoundElsewhere(claimable)
        }
        if let first = late.first {
            add(
                .warning, "waiting",
                "\(late.count) \(late.count == 1 ? "call is" : "calls are") overdue, "
                    + "\(first.subject) among them: no host is alive; run `holdfast worker`")
        }
    }

    /// Longer than any live host leaves due work alone.
    private static let lateMs: Int64 = 5_000

    /// - Returns: nil where this account may not know the secret that they are made with.
    private func environments(of project: Project) throws(Ending) -> [String]? {
        let configuration = project.configuration
        let secret = try Ending.ifFault { () throws(JournalFault) in
            try RecordSecret.existing(configuration.recordSecretPath)
        }
        guard let secret else { return nil }
        var digests: [String] = []
        for profile in configuration.profiles {
            do {
                let person = try configuration.person(of: profile, in: project.surroundings)
                digests.append(
                    configuration.environmentDigest(of: profile, person: person, secret: secret))
            } catch {
                continue  // A profile whose person is not set here has no host here either.
            }
        }
        return digests
    }
}

extension AgendaItem {
    /// Whether it is known that no host of this config may do it.
    fileprivate func isBoundElsewhere(_ claimable: [String]?) -> Bool {
        guard let environment, let claimable else { return false }
        return !claimable.contains(environment)
    }
}

/// What is kept from being begun: halts, and breakers of the tools there are.
private struct Stops {
    let halts: [StandingHalt]
    private(set) var breakers: [(tool: ToolName, until: Instant)] = []

    init(
        _ reading: any JournalReading, _ tools: [ToolName], _ now: Instant
    ) throws(JournalFault) {
        halts = try reading.standingHalts
        for tool in tools {
            guard let until = try reading.health(of: tool).blockedUntil(at: now) else { continue }
            breakers.append((tool, until))
        }
    }
}

extension Doctor.Level {
    /// A line with its mark in front.
    func marked(_ line: String, _ style: TextStyle) -> String {
        let mark =
            switch self {
            case .good: style.tinted("ok     ", .green)
            case .warning: style.tinted("warning", .yellow)
            case .fault: style.tinted("FAULT  ", .red)
            }
        return "\(mark)  \(line)"
    }
}
