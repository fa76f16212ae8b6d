// The small process between the host and a command. It starts the command, tells how it ended, and
// kills it and all it started when the host says so, or dies. It reads no input and no config.

import CLinux
import Glibc
import Host
import SQLite

/// Runs in a process of its own, started by ``LeashedProcess`` with these descriptors: 0, 1, 2 for
/// the command, 3 a socket to the host. While the command may live, a lock file is held; the
/// command inherits that lock, so it stays held even where the leash itself is killed.
package enum Leash {
    /// The hidden first argument that makes the program a leash.
    package static let word = "__leash"
    /// The running program, also where its file was replaced since it started.
    package static let ownProgram = "/proc/self/exe"
    /// Host to leash: end the command, first gently.
    static let terminate = UInt8(ascii: "T")
    /// The host's end of the socket.
    static let hostDescriptor: Int32 = 3

    /// `arguments` are those after ``word``: lock file, folder, grace in ms, program, and the
    /// command's words, its own name first.
    package static func main(arguments: [String]) -> Int32 {
        guard arguments.count >= 5, let graceMs = Int64(arguments[2]) else { return 64 }
        for signal in [SIGTERM, SIGINT, SIGHUP, SIGPIPE] { Glibc.signal(signal, SIG_IGN) }
        // Whatever our host's own parent left open is not for the command.
        closefrom(hostDescriptor + 1)
        _ = fcntl(hostDescriptor, F_SETFD, FD_CLOEXEC)
        guard let childEnds = ChildSignal() else { return refuse("signals", errno) }
        let access = FileAccess(of: LeashLocks.folder(of: arguments[0]))
        let lock = csystem_open(arguments[0], O_RDWR | O_CREAT, access.fileMode)
        guard lock >= 0 else { return refuse("the lock file", -lock) }
        let settled = access.settle(arguments[0])
        guard settled == 0 else { return refuse("the lock file", settled) }
        let locked = csystem_flock_try(lock)
        guard locked == 0 else { return refuse("the lock file", -locked) }
        let code = start(arguments, lock: lock) { command in
            LeashLoop(command: command, childEnds: childEnds, graceMs: graceMs).run()
        }
        return code
    }

    private static func start(
        _ arguments: [String], lock: Int32, watch: (pid_t) -> Bool
    ) -> Int32 {
        guard chdir(arguments[1]) == 0 else {
            let error = errno
            unlink(arguments[0])
            return refuse("its working folder", error)
        }
        _ = csystem_become_subreaper()
        // Only now, with the lock held: where the host died before, nothing may start; where it
        // dies later, we hear it.
        guard isHostAlive() else {
            unlink(arguments[0])
            return 75
        }
        let spawn = Spawn(
            program: arguments[3], arguments: Array(arguments.dropFirst(4)),
            environment: inheritedEnvironment(), descriptors: lifted(lock), place: .newGroup)
        let command = spawn.start()
        guard command > 0 else {
            unlink(arguments[0])
            return refuse("the program", -command)
        }
        releaseStandardDescriptors()
        // Where something could not be killed, the lock file stays and stays locked.
        guard watch(command) else { return 71 }
        unlink(arguments[0])
        tell(.cleared)
        return 0
    }

    /// The command gets 0, 1 and 2 as they are, and the lock as 3.
    private static func lifted(_ lock: Int32) -> [Int32] {
        [0, 1, 2, lock].map { fcntl($0, F_DUPFD_CLOEXEC, 16) }
    }

    private static func inheritedEnvironment() -> [String] {
        var variables: [String] = []
        var next = environ
        while let variable = next.pointee {
            variables.append(String(cString: variable))
            next += 1
        }
        return variables
    }

    /// The pipes must end when the command's own ends are closed, so ours are given up.
    private static func releaseStandardDescriptors() {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        for number in Int32(0)...2 { dup2(null, number) }
        for number in Int32(16)..<32 { close(number) }
    }

    private static func isHostAlive() -> Bool {
        var host = pollfd(fd: hostDescriptor, events: Int16(POLLIN), revents: 0)
        return poll(&host, 1, 0) == 0
    }

    static func tell(_ message: LeashMessage) {
        let bytes = Array(message.line.utf8)
        send(hostDescriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private static func refuse(_ step: String, _ error: Int32) -> Int32 {
        tell(.refused(step: step, error: error))
        tell(.cleared)
        return 71
    }
}
