// What a replay plays on, and how far it has come. Nothing is played here.

import Engine
import JSON
import MCP
import Synchronization

struct ReplayScene {
    let host: ToolHost
    let desk: AttemptDesk
    let stage: ReplayStage
    /// Nil where attempts are answered from the recording.
    let mask: LiveMask?

    /// Whether attempts are really made.
    var isLive: Bool { mask != nil }

    /// Attempts answered from the recording, by the tools that it holds.
    static func recorded(
        _ session: RecordedSession, path: String, on stage: ReplayStage
    ) throws(Ending) -> ReplayScene {
        let desk = AttemptDesk()
        let host: ToolHost
        do {
            host = try stage.project(desk, person: session.header.person)
                .host(profile: session.header.profile)
        } catch {
            throw Replay.refused(path, error.words.shownInLine)
        }
        guard host.catalog.problems.isEmpty else {
            let all = host.catalog.problems.map(\.description.shown)
            throw Replay.refused(path, all.joined(separator: "\n"))
        }
        return ReplayScene(host: host, desk: desk, stage: stage, mask: nil)
    }
}

/// Masks what systems answer now as a recording would: what was masked there is compared by its
/// name, and shown by it.
final class LiveMask: Sendable {
    private let scribe: Mutex<SessionScribe>

    init(_ catalog: Catalog, since start: Instant) {
        scribe = Mutex(SessionScribe(catalog.tools.map(\.manifest), since: start))
    }

    /// Before the host reads it: the mask knows then what its answer is about.
    func sent(_ bytes: [UInt8]) { note(.client(.line(bytes))) }

    /// The host's message, masked; nil where it is none.
    func said(_ bytes: [UInt8]) -> JSONValue? {
        for case .server(let message) in note(.server(bytes)) { return message }
        return nil
    }

    @discardableResult
    func note(_ event: SessionEvent) -> [SessionEntry] {
        scribe.withLock { $0.entries(for: event) }
    }
}

/// The line of the recording that is being played, for whoever watches.
final class ReplayProgress: Sendable {
    private let current = Atomic<Int>(1)

    var line: Int {
        get { current.load(ordering: .relaxed) }
        set { current.store(newValue, ordering: .relaxed) }
    }
}
