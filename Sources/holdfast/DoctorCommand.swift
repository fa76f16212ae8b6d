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
            warnings are told and leave it 0.

            Examples:
              holdfast doctor
              holdfast doctor --config /srv/desk/holdfast.yaml --json
            """)

    @OptionGroup var config: ConfigOption
    @OptionGroup var json: JSONOption

    func run() throws {
        let doctor = Doctor.examine(try config.project())
        Console.put(json.json ? doctor.document.prettyText : doctor.text(Console.style))
        if doctor.hasFaults { throw Ending(.failed) }
    }
}
