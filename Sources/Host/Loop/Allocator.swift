// How this process asks the system for memory. Measured, and nothing else depends on it.

import CSystem

package enum Allocator {
    /// To be called first of all. By default the heap's end is given back whenever 128 KiB of it
    /// are free, and asked for again by the next call, page by page: thirty page faults for each
    /// call. And every thread would have an arena of its own, for dozens of which there is no use.
    package static func settle() {
        csystem_settle_allocator(1_048_576, 2)
    }
}
