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

    /// - Parameters:
    ///   - sandbox: where attempts are really made; nil where the recording answers them.
    ///   - isWatched: whether a person sees what is reported.
    ///   - report: what the host that plays has to say to its operator.
    package static func perform(
        path: String, live sandbox: LiveSandbox?, on threads: BlockingThreads, isWatched: Bool,
        report: @escaping @Sendable (String) -> Void
    ) async throws(Ending) -> Replay {
        let session: RecordedSession
        do {
            session = try RecordedSession.read(path: path)
            if sandbox != nil { try session.requirePlayableLive() }
        } catch {
            let place = error.line.map { ":\($0)" } ?? ""
            throw Ending(
                .badData,
                "holdfast: \(path.shown)\(place): \(error.message.shown). It cannot be played"
                    + (sandbox == nil ? "." : " live."))
        }
        let stage = try sandbox == nil ? ReplayStage.make(for: session.header) : .empty()
        defer { stage.remove() }
        let scene: ReplayScene
        if let sandbox {
            scene = try sandbox.scene(for: session, path: path, on: stage, report: report)
        } else {
            scene = try .recorded(session, path: path, on: stage)
        }
        var player = try await play(session, scene, on: threads, isWatched, report)
        player.finish(lineCount: session.lines.count + 1)
        return Replay(path: path, compared: player.compared, differences: player.differences)
    }

    static func refused(_ path: String, _ why: String) -> Ending {
        Ending(
            .badData,
            "holdfast: \(path.shown):1: this release refuses what was recorded:\n\(why)")
    }

    private static func play(
        _ session: RecordedSession, _ scene: ReplayScene, on threads: BlockingThreads,
        _ isWatched: Bool, _ report: @escaping @Sendable (String) -> Void
    ) async throws(Ending) -> SessionPlayer {
        let pipes: ReplayPipes
        do {
            pipes = try ReplayPipes()
        } catch {
            throw Ending(.ownFault, "holdfast: \(error.message)")
        }
        defer { pipes.closeRest() }
        let inbox = ReplayInbox(mask: scene.mask)
        let server = Server(
            scene.host, identity: Serving.identity, on: threads, streams: pipes.streams,
            report: report)
        let progress = ReplayProgress()
        var player = SessionPlayer(
            scene: scene, pipes: pipes, inbox: inbox, progress: progress)
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
            if isWatched {
                let (host, count) = (scene.host, session.lines.count + 1)
                group.addTask(executorPreference: threads) {
                    await tell(progress, of: count, host, report)
                    return nil
                }
            }
            var ending: Ending?
            do throws(Ending) {
                try await player.play(session.lines)
            } catch {
                ending = error
            }
            // The reader and the server; whoever tells of progress has no end of its own.
            for _ in 0..<2 {
                let other = await group.next()
                ending = ending ?? other ?? nil
            }
            group.cancelAll()
            return ending
        }
        if let outcome { throw outcome }
        return player
    }

    private static func tell(
        _ progress: ReplayProgress, of count: Int, _ host: ToolHost, _ report: (String) -> Void
    ) async {
        var seconds = 0
        while true {
            await host.pause(HostLimits.progressEveryMs)
            if Task.isCancelled { return }
            seconds += 1
            guard seconds == 2 || seconds % 10 == 0 else { continue }
            report("line \(progress.line) of \(count) is being played; \(seconds) s so far …")
        }
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
