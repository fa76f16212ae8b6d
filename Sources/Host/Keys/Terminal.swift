// Asking the person at the terminal for words that nobody may see. Nothing is kept here.

import Glibc

/// The terminal that standard input is.
struct Terminal {
    /// - Returns: nil where standard input is no terminal: a pipe, a file, nothing.
    init?() {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
    }

    enum Answer: Hashable {
        case text(String)
        /// Control-C or the end of input.
        case givenUp
    }

    /// Asks for one line, and reads it without echo. What was typed before is dropped.
    ///
    /// The terminal's own signals are off meanwhile and come here as bytes: a process that
    /// Control-C kills would leave a terminal that shows nothing any more.
    func secretLine(_ ask: () -> Void) -> Answer {
        var former = termios()
        guard tcgetattr(STDIN_FILENO, &former) == 0 else { return .givenUp }
        var silent = former
        silent.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else { return .givenUp }
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &former) }
        ask()
        return line()
    }

    private static let longestBytes = 1_024

    private func line() -> Answer {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count <= Terminal.longestBytes {
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1 else { return .givenUp }
            switch byte {
            case 0x0a, 0x0d: return .text(String(decoding: bytes, as: UTF8.self))
            case 0x03, 0x04: return .givenUp
            case 0x08, 0x7f: Terminal.removeCharacter(&bytes)
            case 0x15: bytes = []
            default: bytes.append(byte)
            }
        }
        return .givenUp
    }

    private static func removeCharacter(_ bytes: inout [UInt8]) {
        while let last = bytes.popLast(), last & 0b1100_0000 == 0b1000_0000 {}
    }
}
