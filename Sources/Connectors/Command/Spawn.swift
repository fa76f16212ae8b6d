// Starting a program through posix_spawn, with exactly the descriptors it was given. (No package
// does it: swift-subprocess hands over the three standard descriptors and no fourth, which the
// leash needs to hear that its host died; it waits on threads of its own; and it cannot end a whole
// group that outlives its leader.)

import CLinux
import Glibc

/// What to start and how it differs from its parent. All descriptors of ours are close-on-exec, so
/// the child gets those in `descriptors` and no others.
struct Spawn {
    enum Place {
        /// A session of its own, out of reach of a terminal's signals.
        case newSession
        /// A process group of its own, with the child as its leader.
        case newGroup
    }

    let program: String
    let arguments: [String]
    let environment: [String]
    /// Ours, in the order of the child's numbers from 0; each must be above that range.
    let descriptors: [Int32]
    let place: Place

    /// - Returns: the child's id, or minus the error number.
    func start() -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (index, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(index))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        configure(&attributes)
        let words = Spawn.cStrings(arguments)
        let variables = Spawn.cStrings(environment)
        defer { for text in words + variables { free(text) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, program, &actions, &attributes, words, variables)
        return code == 0 ? child : -code
    }

    /// No signal of the parent's is ignored or blocked in the child.
    private func configure(_ attributes: inout posix_spawnattr_t) {
        var every = sigset_t()
        sigfillset(&every)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &every)
        posix_spawnattr_setsigmask(&attributes, &none)
        var flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
        switch place {
        case .newSession: flags |= Int32(CPROCESS_SPAWN_NEW_SESSION)
        case .newGroup:
            posix_spawnattr_setpgroup(&attributes, 0)
            flags |= Int32(POSIX_SPAWN_SETPGROUP)
        }
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    private static func cStrings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { strdup($0) } + [nil]
    }
}
