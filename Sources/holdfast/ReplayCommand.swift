// `holdfast replay`: whether the host still answers as it did.

import ArgumentParser
import Host
import JSON

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Play a recorded session again and compare the host's answers.",
        discussion: """
            Starts a host on a fresh store, with the manifests that the recording holds, and plays \
            the client's side. Attempts are answered from the recording: no system is reached. \
            Ids and times may differ and are matched by consistent renaming; progress is left \
            aside; everything else must be the same. The exit code is 0 where all was compared \
            and equal, 1 where something differs, 65 where the recording cannot be played: it is \
            cut off, holds nothing to compare, or rests on what it does not hold.

            With --live attempts are really made, by the tools, databases and secrets of the \
            config that --config names: a sandbox's, for whatever the session did is done there. \
            The journal is a fresh one all the same. What systems answer is compared too, so an \
            id that they make anew is a difference. A session that has masked values in what the \
            client sent cannot be played live (65).

            `holdfast serve --record FILE` makes recordings.

            Examples:
              holdfast replay session.jsonl
              holdfast replay session.jsonl --live --config sandbox/holdfast.yaml
            """)

    @Argument(help: "The recording.")
    var session: String

    @Flag(help: "Really make the attempts, on the systems of the config that --config names.")
    var live = false

    @Option(
        help: ArgumentHelp(
            "With --live: the sandbox's profile; else the one that the recording names.",
            valueName: "name"))
    var profile: String?

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func validate() throws {
        if live && config.config == nil {
            throw ValidationError(
                "--live reaches real systems; name the sandbox's config with --config. No other "
                    + "config counts here: neither $HOLDFAST_CONFIG nor one that lies about")
        }
        if !live && profile != nil {
            throw ValidationError(
                "--profile is the sandbox's; without --live the recording says what may be called")
        }
    }

    func run() async throws {
        StopRequest.listen()
        let sandbox =
            live
            ? config.config.map { file in
                LiveSandbox(
                    config: file, profile: profile, kinds: HostConnectors.kinds, in: .current())
            } : nil
        let replay = try await Replay.perform(
            path: session, live: sandbox, on: Program.threads, isWatched: Console.isWatched,
            report: { Console.tell($0) })
        Console.put(json.json ? replay.document.prettyText : replay.text(Console.style))
        if !replay.isEqual { throw Ending(.failed) }
    }
}
