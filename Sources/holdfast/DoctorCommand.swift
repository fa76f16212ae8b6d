// `holdfast doctor`: what is in use, and what is wrong with it.

import ArgumentParser
import Host
import JSON

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say which config and journal are in use, and what is wrong with them.",
        discussion: """
            Makes nothing and changes nothing. The exit code is 1 where there are faults; \
            warnings are told and leave it 0. With --client it shows what to put into that \
            client's configuration for the config and profile in use, and what is there: \
            \(ClientKind.names.joined(separator: ", ")).

            Examples:
              holdfast doctor
              holdfast doctor --config /srv/desk/holdfast.yaml --json
              holdfast doctor --client claude-code --config /srv/desk/holdfast.yaml
            """)

    @Option(
        help: ArgumentHelp(
            "Show what belongs into this client's configuration.", valueName: "name"),
        transform: { text in
            guard let client = ClientKind(rawValue: text) else {
                throw ValidationError(ClientKind.refusal(text))
            }
            return client
        })
    var client: ClientKind?

    @Option(
        help: ArgumentHelp(
            "With --client: the profile that it is to start a host with.", valueName: "name"))
    var profile: String?

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func validate() throws {
        if profile != nil, client == nil {
            throw ValidationError("--profile says what --client is to start; name the client")
        }
    }

    func run() throws {
        let project = try config.project()
        if let client {
            let advice = try ClientAdvice.make(
                client, program: Program.path, profile: profile, of: project)
            Console.put(json.json ? advice.document.prettyText : advice.text(Console.style))
            if advice.hasFaults { throw Ending(.failed) }
            return
        }
        let doctor = Doctor.examine(project)
        Console.put(json.json ? doctor.document.prettyText : doctor.text(Console.style))
        if doctor.hasFaults { throw Ending(.failed) }
    }
}
