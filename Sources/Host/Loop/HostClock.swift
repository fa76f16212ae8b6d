// The clocks and the chance that the core takes as arguments: read here, nowhere else.

import CLinux
package import Engine
import Glibc

/// Where a host reads time. Tests pass their own.
package struct HostClock: Sendable {
    /// The wall clock: what stands in records, and what processes compare.
    package let now: @Sendable () -> Instant
    /// Milliseconds that only grow, whatever is done to the wall clock: for patience and leases.
    package let steadyMs: @Sendable () -> Int64

    package init(
        now: @escaping @Sendable () -> Instant, steadyMs: @escaping @Sendable () -> Int64
    ) {
        self.now = now
        self.steadyMs = steadyMs
    }

    package static let system = HostClock(
        now: { Instant(ms: milliseconds(CLOCK_REALTIME)) },
        // CLOCK_BOOTTIME counts while the machine sleeps: a laptop that was closed past a lease
        // must find the lease over.
        steadyMs: { milliseconds(CLOCK_BOOTTIME) })

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        let code = clock_gettime(clock, &time)
        precondition(code == 0, "Linux always has this clock.")
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

package enum Chance {
    /// A fresh seed from the system's random source.
    package static func entropy() -> Entropy {
        var seed = [UInt8](repeating: 0, count: 32)
        let code = getentropy(&seed, seed.count)
        precondition(code == 0, "The system always has 32 random bytes for a process.")
        return Entropy(seed: seed)
    }
}
