// Real processes for tests: this test program once more, playing a part in one test function.

import Foundation
import Testing

/// A part that the test program plays when it is started with it in its environment.
enum Part: String {
    case writer, checkpointer, readOnly, full

    static let variable = "HOLDFAST_TEST_PART"
    static let directoryVariable = "HOLDFAST_TEST_DIRECTORY"
    static let nameVariable = "HOLDFAST_TEST_NAME"

    /// The part of this process; nil in an ordinary test run.
    static var ours: Part? {
        ProcessInfo.processInfo.environment[variable].flatMap(Part.init(rawValue:))
    }
    static var directory: String {
        ProcessInfo.processInfo.environment[directoryVariable] ?? "."
    }
    static var name: String { ProcessInfo.processInfo.environment[nameVariable] ?? "" }
}

final class ChildProcess {
    let process = Process()
    private let output: URL

    /// - Parameter journalIn: where the journal is, unless it is where the output goes.
    init(
        _ part: Part, in directory: String, name: String, journalIn journalDirectory: String? = nil
    ) throws {
        output = URL(fileURLWithPath: directory + "/output-\(name)")
        try Data().write(to: output)
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(fileURLWithPath: link)
        process.arguments = ["--testing-library", "swift-testing", "--filter", "PlayedParts"]
        process.environment = ProcessInfo.processInfo.environment.merging(
            [Part.variable: part.rawValue, Part.directoryVariable: journalDirectory ?? directory,
                Part.nameVariable: name]) { $1 }
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
    }

    /// - Returns: nil where the part was played without complaint, else what it said.
    func complaint() throws -> String? {
        process.waitUntilExit()
        let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
        // A run that found no part to play proves nothing.
        let hasPlayed = text.contains("part played")
        return process.terminationStatus == 0 && hasPlayed ? nil : text
    }
}
