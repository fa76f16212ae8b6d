// Where a passphrase comes from: the person at the terminal, asked without echo. Never from an
// argument or a variable, which other processes can read.

package struct Passphrases: Sendable {
    /// Puts a question to the person; no line ends after it.
    private let ask: @Sendable (String) -> Void

    package init(ask: @escaping @Sendable (String) -> Void) { self.ask = ask }

    static let fewestCharacters = 8

    /// A new one, asked for twice.
    func chosen() throws(Ending) -> String {
        let terminal = try terminal(
            "A passphrase is asked for at a terminal, and standard input is none; with "
                + "--no-passphrase the key lies open in its file")
        let first = try answer("Passphrase for the new key: ", at: terminal)
        guard first.count >= Passphrases.fewestCharacters else {
            throw Ending(
                .usage,
                "holdfast: a passphrase has at least \(Passphrases.fewestCharacters) characters. "
                    + "No key was made.")
        }
        guard try answer("The same once more: ", at: terminal) == first else {
            throw Ending(.usage, "holdfast: the two passphrases differ. No key was made.")
        }
        return first
    }

    /// The one that the key in `path` is sealed under.
    func known(of path: String) throws(Ending) -> String {
        let terminal = try terminal(
            "\(path.shown) is sealed, its passphrase is asked for at a terminal, and standard "
                + "input is none; sign at one, and send what was signed: --digest, --out")
        return try answer("Passphrase of \(path.shownInLine): ", at: terminal)
    }

    private func terminal(_ refusal: String) throws(Ending) -> Terminal {
        guard let terminal = Terminal() else { throw Ending(.usage, "holdfast: \(refusal).") }
        return terminal
    }

    private func answer(_ question: String, at terminal: Terminal) throws(Ending) -> String {
        defer { ask("\n") }
        switch terminal.secretLine({ ask(question) }) {
        case .text(let text): return text
        case .givenUp: throw Ending(.failed, "holdfast: no passphrase was given.")
        }
    }
}
