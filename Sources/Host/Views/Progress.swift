// Telling a person who waits that something goes on: nothing for two seconds, then from time to
// time.

package struct Progress {
    private let title: String
    private let tell: (String) -> Void
    /// Whether a person sees standard error.
    private let isWatched: Bool
    private let steadyMs: @Sendable () -> Int64
    private let beganMs: Int64
    private var nextMs: Int64

    private static let firstAfterMs: Int64 = 2_000
    private static let everyMs: Int64 = 5_000

    package init(
        _ title: String, isWatched: Bool, tell: @escaping (String) -> Void
    ) {
        self.init(title, isWatched: isWatched, clock: .system, tell: tell)
    }

    init(
        _ title: String, isWatched: Bool, clock: HostClock, tell: @escaping (String) -> Void
    ) {
        self.title = title
        self.tell = tell
        self.isWatched = isWatched
        steadyMs = clock.steadyMs
        beganMs = clock.steadyMs()
        nextMs = beganMs + Progress.firstAfterMs
    }

    /// - Parameter words: how far it has come.
    mutating func pass(_ words: @autoclosure () -> String) {
        let now = steadyMs()
        guard isWatched, now >= nextMs else { return }
        nextMs = now + Progress.everyMs
        tell("\(title) has been under way for \((now - beganMs) / 1000) s: \(words()) …")
    }
}
