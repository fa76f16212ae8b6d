// `holdfast call`: one call of one tool, as a person makes it.

import ArgumentParser
import Host

struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Call one tool and print what came of it.",
        discussion: """
            The call is journaled like an agent's. With --json the structured content of the \
            result is printed, its receipt included; else the result, and the receipt in a line \
            on standard error. The host's own tools (run_begin, run_status, run_complete, \
            call_status, call_cancel) can be called too.

            The exit code follows the outcome: 0 succeeded; 1 failed or cancelled; 64 there is \
            no such tool; 65 arguments or data are wrong; 69 it may pass, try again later; \
            74 unknown, a person is needed; 75 pending or running; 77 denied or not permitted.

            Examples:
              holdfast call read_booking_summary --arguments '{"booking_id":"BK-1001"}'
              holdfast call create_internal_task --arguments @task.json --key 2024-07-a
              echo '{"run_id":"run_…"}' | holdfast call run_status --arguments - --json
            """)

    @Argument(help: "The tool's name; `holdfast tools` lists them.")
    var tool: String

    @Option(
        help: ArgumentHelp(
            "The arguments: a JSON object, @FILE, or - for standard input.",
            valueName: "json|@file|-"))
    var arguments = "{}"

    @Option(help: ArgumentHelp("The run that the call belongs to.", valueName: "run_id"))
    var run: String?

    @Option(
        help: ArgumentHelp(
            "The idempotency key; a new one repeats an identical call on purpose.",
            valueName: "key"))
    var key: String?

    @OptionGroup var profile: ProfileOption
    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() async throws {
        StopRequest.listen()
        let request = try CallRequest(tool: tool, arguments: arguments, run: run, key: key)
        let host = try config.project().host(profile: profile.profile)
        let wantsJSON = json.json
        let status = try await OneCall(host, on: Program.threads, isWatched: Console.isWatched)
            .perform(request, tell: { Console.tell($0) }) { report in
                Console.put(wantsJSON ? report.json : report.text)
                if !wantsJSON || report.needsWords { Console.tell(report.message) }
            }
        throw Ending(status)
    }
}
