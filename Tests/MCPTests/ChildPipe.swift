// A real server process at the other end of two pipes, driven by one thread: bytes, time and
// nothing about the protocol beyond handing them to a client's session. No test lives here.

import Foundation
import Glibc
import Testing

@testable import MCP

/// A child process and the session that talks to it. Every wait has a deadline.
final class ChildPipe {
    var session: ClientSession
    private var framer = LineFramer()
    private var heard: [ClientEffect] = []
    private(set) var notes: [ClientNote] = []
    private let process: pid_t
    private let input: CInt
    private let output: CInt
    private var isOpen = true

    struct Failure: Error { let reason: String }

    init(_ arguments: [String], _ opening: Opening) throws {
        // A server that has gone must be an error of `write`, not the end of the tests.
        signal(SIGPIPE, SIG_IGN)
        session = ClientSession(
            identity: PeerInfo(name: "holdfast", version: "0.1.0"), opening: opening,
            probeTimeoutMs: 60_000)
        let up = try Self.pipe()
        let down = try Self.pipe()
        process = try Self.spawn(arguments, input: up.read, output: down.write)
        close(up.read)
        close(down.write)
        (input, output) = (up.write, down.read)
        try take(session.start(nowMs: Self.nowMs))
    }

    deinit {
        if isOpen { close(input) }
        close(output)
        kill(process, SIGKILL)
        var status: CInt = 0
        waitpid(process, &status, 0)
    }

    /// Takes effects of the session: writes lines, keeps the rest.
    func take(_ effects: [ClientEffect]) throws {
        for effect in effects {
            switch effect {
            case .send(let line): try Self.write(line, to: input)
            case .note(let note): notes.append(note)
            case .ready, .unusable, .tools, .result, .inputRequired, .failed, .progress,
                .toolsChanged:
                heard.append(effect)
            }
        }
    }

    /// The next effect that is no note, waiting for it up to a minute: the machine may be busy.
    func next() throws -> ClientEffect {
        let untilMs = Self.nowMs + 60_000
        while heard.isEmpty {
            let leftMs = untilMs - Self.nowMs
            guard leftMs > 0 else { throw Failure(reason: "the server says nothing") }
            try read(withinMs: CInt(leftMs))
        }
        return heard.removeFirst()
    }

    /// Closes the server's input and waits until it has closed its output.
    func finish() throws {
        close(input)
        isOpen = false
        let untilMs = Self.nowMs + 60_000
        while try read(withinMs: 1000) {
            guard Self.nowMs < untilMs else { throw Failure(reason: "the server does not end") }
        }
        try take(session.end())
        #expect(heard.isEmpty)
    }

    /// Reads what has come; false at the end.
    @discardableResult
    private func read(withinMs: CInt) throws -> Bool {
        var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, withinMs) > 0 else { return true }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(output, &chunk, chunk.count)
        guard count > 0 else {
            if heard.isEmpty, isOpen { throw Failure(reason: "the server has ended") }
            return false
        }
        for case .line(let line) in framer.receive(chunk[..<count]) {
            try take(session.receive(line))
        }
        return true
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) throws {
        var rest = bytes[...]
        while rest.isEmpty == false {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Failure(reason: "the server does not read") }
            rest = rest.dropFirst(count)
        }
    }

    static var nowMs: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    private static func pipe() throws -> (read: CInt, write: CInt) {
        var ends: [CInt] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw Failure(reason: "no pipe: \(errno)") }
        // Closed on exec, so that no other child holds an end open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func spawn(
        _ arguments: [String], input: CInt, output: CInt
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        // What servers log is not for these tests.
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let failure = posix_spawn(&process, arguments[0], &actions, nil, words, environ)
        guard failure == 0 else {
            throw Failure(reason: "cannot start \(arguments[0]): \(failure)")
        }
        return process
    }
}
