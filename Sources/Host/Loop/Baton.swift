// Handing what a thread was doing over to another one. Who passes it, and when, is decided
// elsewhere.

import Synchronization

/// What one task waits for until another has taken over its thread. Passed once.
final class Baton: Sendable {
    private enum State {
        case held
        case awaited(CheckedContinuation<Void, Never>)
        case passed
    }
    private let state = Mutex(State.held)

    /// Gives up this task's thread until ``pass()``, or not at all where that has been already.
    func isPassed() async {
        await withCheckedContinuation { continuation in
            let isPassed = state.withLock { state in
                if case .passed = state { return true }
                state = .awaited(continuation)
                return false
            }
            if isPassed { continuation.resume() }
        }
    }

    func pass() {
        let waiting = state.withLock { state in
            defer { state = .passed }
            return state
        }
        switch waiting {
        case .held, .passed: break
        case .awaited(let continuation): continuation.resume()
        }
    }
}
