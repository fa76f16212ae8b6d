// Standard output for data, standard error for messages. What is written there comes from Views.

import Glibc
import Host

enum Console {
    /// How standard output may be written to.
    static var style: TextStyle {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let refusesColor = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        return TextStyle(isTerminal: isTerminal, hasColor: isTerminal && !refusesColor)
    }

    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

    /// Data; nothing where there is none.
    static func put(_ text: String) {
        if !text.isEmpty { write(text + "\n", to: STDOUT_FILENO) }
    }

    /// A message; nothing where there is none to give. Whatever it repeats of files, clients and
    /// systems, a terminal finds nothing in it that it would obey.
    static func tell(_ message: String) {
        if !message.isEmpty { write(message.shown + "\n", to: STDERR_FILENO) }
    }

    /// Keys whose passphrases are asked for here.
    static var keyRing: KeyRing {
        KeyRing(in: .current(), Passphrases(ask: { write($0, to: STDERR_FILENO) }))
    }

    // A reader that has gone is no error of ours: what it did not want is dropped.
    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
