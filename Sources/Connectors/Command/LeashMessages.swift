// What a leash tells its host, written and read in one place. Lines of ASCII over one socket.

import CLinux
import Glibc

enum LeashMessage: Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// Nothing was started: at which step, and the error's number.
    case refused(step: String, error: Int32)
    /// Nothing of the command is alive any more, or nothing ever was; the last message.
    case cleared

    var line: String {
        switch self {
        case .exited(let code): "exited \(code)\n"
        case .signalled(let signal): "signalled \(signal)\n"
        case .refused(let step, let error): "refused \(error) \(step)\n"
        case .cleared: "cleared 0\n"
        }
    }

    init?(line: Substring) {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, let number = Int32(words[1]) else { return nil }
        switch words[0] {
        case "exited": self = .exited(number)
        case "signalled": self = .signalled(number)
        case "refused": self = .refused(step: words.dropFirst(2).joined(), error: number)
        case "cleared": self = .cleared
        case _: return nil
        }
    }
}

/// The messages of one leash as their bytes come in.
struct LeashMessages {
    private(set) var isCleared = false
    private(set) var end: LeashedResult.End?
    private var partial = ""

    mutating func take(_ bytes: [UInt8]) {
        partial += String(decoding: bytes, as: UTF8.self)
        while let lineEnd = partial.firstIndex(of: "\n") {
            let message = LeashMessage(line: partial[..<lineEnd])
            partial = String(partial[lineEnd...].dropFirst())
            switch message {
            case .exited(let code): end = .exited(code)
            case .signalled(let signal): end = .signalled(signal)
            case .refused(let step, let error):
                end = .notStarted(LeashedProcess.reason(error, step))
            case .cleared: isCleared = true
            case nil: break
            }
        }
    }
}
