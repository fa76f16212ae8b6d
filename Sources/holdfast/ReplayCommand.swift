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

            `holdfast serve --record FILE` makes recordings.

            Example:
              holdfast replay session.jsonl
            """)

    @Argument(help: "The recording.")
    var session: String

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() async throws {
        StopRequest.listen()
        let replay = try await Replay.perform(
            path: session, on: Program.threads, report: { Console.tell($0) })
        Console.put(json.json ? replay.document.prettyText : replay.text(Console.style))
        if !replay.isEqual { throw Ending(.failed) }
    }
}
