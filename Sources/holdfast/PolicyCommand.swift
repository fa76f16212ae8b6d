// `holdfast policy`: what the rules of a config say of calls, without making any. The commands
// under it are here, since each is a few lines.

import ArgumentParser
import Host
import JSON

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Ask what the rules say of a call, test them, and replay what was recorded.",
        subcommands: [
            ExplainPolicyCommand.self, TestPolicyCommand.self, BacktestPolicyCommand.self,
        ])
}

struct ExplainPolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what would become of a call, and why: every rule, and who would be asked.",
        discussion: """
            Of each rule that does not match it says what its condition finds wrong first. With \
            --run the call is put as part of that run: its profile, its person, and what it has \
            done so far; else as the first call of a new one. Nothing is called or recorded. \
            Budgets and rates are no rules and are not looked at.

            Examples:
              holdfast policy explain read_booking_summary --arguments '{"booking_id":"BK-1001"}'
              holdfast policy explain send_customer_reply --arguments @reply.json --run run_06gzr…
            """)

    @Argument(help: "The tool's name.")
    var tool: String

    @Option(
        help: ArgumentHelp(
            "The arguments: a JSON object, @FILE, or - for standard input.",
            valueName: "json|@file|-"))
    var arguments: String

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run that the call would belong to.", valueName: "run_id"))
    var runID: String?

    @OptionGroup var profile: ProfileOption
    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let project = try config.project()
        let answer = try PolicyCourt(project).explain(
            tool, arguments: arguments, profile: profile.profile, run: runID,
            in: { () throws(Ending) in try JournalViewer.open(project) })
        Console.put(json.json ? answer.document.prettyText : answer.text(Console.style))
    }
}

struct TestPolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Try a table of calls, and say which come out otherwise than it says.",
        discussion: """
            FILE is YAML or JSON: `cases`, a list of {name, tool, arguments, profile, \
            on_behalf_of, run, at, expect: {verdict, rules}}; schemas/policy-test.schema.json \
            says it exactly. The exit code is 0 where all come out as expected, 1 where some do \
            not, 65 where the file is wrong.

            Examples:
              holdfast policy test policy-test.yaml
              holdfast policy test policy-test.yaml --config holdfast.new.yaml --json
            """)

    @Argument(help: "The table.")
    var file: String

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let test = try PolicyTest.perform(file, in: try config.project())
        Console.put(json.json ? test.document.prettyText : test.text(Console.style))
        Console.tell(test.summary)
        if !test.isGood { throw Ending(.failed) }
    }
}

struct BacktestPolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Put recorded calls to a changed policy, and say which would come out otherwise.",
        discussion: """
            Each call is judged as it was made: with its arguments, at its time, and with what \
            its run had done before it. --config names the changed config, whose `store` is the \
            journal that is replayed. Calls whose arguments are erased cannot be judged and are \
            named. Nothing is called or recorded.

            Examples:
              holdfast policy backtest --since 7d --config holdfast.new.yaml
              holdfast policy backtest --since 12h --json
            """)

    @Option(help: ArgumentHelp("How far back, as in 7d or 12h.", valueName: "duration"))
    var since: String

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let test = try Backtest.perform(
            since: since, in: try config.project(),
            Progress("The backtest", isWatched: Console.isWatched, tell: { Console.tell($0) }))
        Console.put(json.json ? test.document.prettyText : test.text(Console.style))
        Console.tell(test.summary)
    }
}
