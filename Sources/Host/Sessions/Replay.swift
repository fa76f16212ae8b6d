// `holdfast replay`: a recording played against what the host is now, on a fresh store, and what
// came of it in words and as a document.

import Engine
package import JSON
import MCP

package struct Replay: Sendable {
    private let path: String
    private let compared: Int
    private let differences: [SessionDifference]

    package var isEqual: Bool { differences.isEmpty && compared > 0 }

    /// - Parameter report: what the host that plays has to say to its operator.
    package static func perform(
        path: String, on threads: BlockingThreads, report: @escaping @Sendable (String) -> Void
    ) async throws(Ending) -> Replay {
        let session: RecordedSession
        do {
            session = try RecordedSession.read(path: path)
        } catch {
            let place = error.line.map { ":\($0)" } ?? ""
            throw Ending(
                .badData,
                "holdfast: \(path.shown)\(place): \(error.message.shown). It cannot be played.")
        }
        let stage = try ReplayStage.make(for: session.header)
        defer { stage.remove() }
        let desk = AttemptDesk()
        let host: ToolHost
        do {
            host = try stage.project(desk, person: session.header.person)
                .host(profile: session.header.profile)
        } catch {
            throw refused(path, error.words)
        }
        guard host.catalog.problems.isEmpty else {
            let all = host.catalog.problems.map(\.description.shown)
            throw refused(path, all.joined(separator: "\n"))
        }
        var player = try await play(session, host, desk, stage, on: threads, report)
        player.finish(lineCount: session.lines.count + 1)
        return Replay(path: path, compared: player.compared, differences: player.differences)
    }

    private static func refused(_ path: String, _ why: String) -> Ending {
        Ending(
            .badData,
            "holdfast: \(path.shown):1: this release refuses what was recorded:\n\(why)")
    }

    private static func play(
        _ session: RecordedSession, _ host: ToolHost, _ desk: AttemptDesk, _ stage: ReplayStage,
        on threads: BlockingThreads, _ report: @escaping @Sendable (String) -> Void
    ) async throws(Ending) -> SessionPlayer {
        let pipes: ReplayPipes
        do {
            pipes = try ReplayPipes()
        } catch {
            throw Ending(.ownFault, "holdfast: \(error.message)")
        }
        defer { pipes.closeRest() }
        let inbox = ReplayInbox()
        let server = Server(
            host, identity: Serving.identity, on: threads, streams: pipes.streams, report: report)
        var player = SessionPlayer(
            host: host, pipes: pipes, inbox: inbox, desk: desk, stage: stage)
        let outcome = await withTaskGroup(of: Ending?.self) { group in
            group.addTask(executorPreference: threads) {
                pipes.read(into: inbox)
                return nil
            }
            group.addTask(executorPreference: threads) {
                defer { pipes.closeOutput() }
                do throws(JournalFault) {
                    try await server.run()
                    return nil
                } catch {
                    return Ending(error)
                }
            }
            var ending: Ending?
            do throws(Ending) {
                try await player.play(session.lines)
            } catch {
                ending = error
            }
            for await other in group { ending = ending ?? other }
            return ending
        }
        if let outcome { throw outcome }
        return player
    }

    package var document: JSONValue {
        [
            "recording": .string(path), "equal": .bool(isEqual), "compared": .integer(compared),
            "differences": .array(differences.map(\.document)),
        ]
    }

    package func text(_ style: TextStyle) -> String {
        let count = "\(compared) \(compared == 1 ? "message" : "messages") of the server compared"
        if isEqual { return "\(style.tinted("equal", .green))   \(path.shown): \(count)" }
        let heads = ["\(style.tinted("DIFFERS", .red)) \(path.shown): \(count)"]
        return (heads + differences.map(\.text)).joined(separator: "\n")
    }
}

extension SessionDifference {
    fileprivate var text: String {
        let place = pointer.map { " at \($0.description.shownInLine)" } ?? ""
        return "line \(line): \(subject)\(place)\n"
            + "  recorded: \(SessionDifference.told(recorded))\n"
            + "  now:      \(SessionDifference.told(now))"
    }

    private static func told(_ value: JSONValue?) -> String {
        guard let value else { return "nothing" }
        let text = value.compactText.shownInLine
        guard text.count > HostLimits.differenceCharacters else { return text }
        return text.prefix(HostLimits.differenceCharacters) + " …"
    }

    fileprivate var document: JSONValue {
        [
            "line": .integer(line), "subject": .string(subject),
            "path": pointer.map { .string($0.description) } ?? .null,
            "recorded": recorded ?? .null, "now": now ?? .null,
        ]
    }
}
