// Where the process begins: a leash, or a command of the command line on threads that may block.
// What commands do is in their own files.

import ArgumentParser
import Connectors
import Glibc
import Host

@main
enum Program {
    /// Every command runs on these, so that it may block on journals and systems.
    static let threads = BlockingThreads(limit: HostLimits.threads)

    /// The file that this program was started from, as clients are to name it.
    static var path: String {
        guard let found = realpath(Leash.ownProgram, nil) else { return CommandLine.arguments[0] }
        defer { free(found) }
        return String(cString: found)
    }

    static func main() async {
        let words = CommandLine.arguments
        // Before anything is parsed: a leash must be small, and quick to hold its lock.
        if words.dropFirst().first == Leash.word {
            exit(Leash.main(arguments: Array(words.dropFirst(2))))
        }
        Allocator.settle()
        await withTaskExecutorPreference(threads) { await run() }
    }

    @concurrent
    private static func run() async {
        do {
            var command = try Holdfast.parseAsRoot()
            // The parser answers with one of two kinds of command and does not say which.
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
        } catch let ending as Ending {
            Console.tell(ending.message)
            exit(ending.status.rawValue)
        } catch {
            let code = Holdfast.exitCode(for: error)
            // Help is no error: the parser prints it.
            guard code != .success else { Holdfast.exit(withError: error) }
            Console.tell(Holdfast.fullMessage(for: error))
            exit(code.rawValue)
        }
    }
}
