// How this process asks the system for memory. Measured, and nothing else depends on it.

import CLinux

package enum Allocator {
    /// To be called first of all. By default the heap's end is given back whenever 128 KiB of it
    /// are free, and asked for again by the next call, page by page: thirty page faults for each
    /// call. And every thread would have an arena of its own, for dozens of which there is no use.
    package static func settle() {
        csystem_settle_allocator(1_048_576, 2)
    }

    /// To be called once the host has started: reading manifests, compiling schemas and opening the
    /// journal touch twice as much of the program as calls do. What calls need comes back from the
    /// system's cache, in less than a millisecond.
    static func forgetStartUp() {
        let code = csystem_forget_program_pages()
        precondition(code == 0, "A program may give back its own unchanged pages.")
    }
}
