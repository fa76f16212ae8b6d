// Ends of commands that do not come by themselves: time-outs, stops, the host's death, the leash's.

import Engine
import Foundation
import Host
import JSON
import SQLite
import Testing

@testable import Connectors

@Suite(.enabled(if: Program.isThere)) struct CommandEndTests {
    private let scratch = Scratch()

    /// Each leaves the id of a process in `pid` that must be dead afterwards.
    private static let stubborn = [
        "echo $$ > pid; sleep 1000",
        "trap '' TERM INT HUP; echo $$ > pid; while :; do sleep 1; done",
        "sleep 1000 & echo $! > pid; wait",
        "trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & echo $! > pid; wait",
        "setsid sh -c 'echo $$ > pid; sleep 1000' & wait",
        "setsid sh -c 'trap \"\" TERM HUP; setsid sh -c \"echo \\$\\$ > pid; sleep 1000\" & wait' "
            + "& wait",
    ]

    @Test(arguments: stubborn)
    func timeOutLeavesNothingAlive(script: String) async throws {
        let start = Patience.nowNs()
        let outcome = try await scratch.run(script, delivery: .atMostOnce, timeoutMs: 700)
        let ms = (Patience.nowNs() - start) / 1_000_000
        #expect(outcome.unknownReason?.contains("700 ms") == true)
        #expect((700..<6000).contains(ms))
        let process = try #require(scratch.process("pid"))
        #expect(!isAlive(process))
    }

    @Test func timeOutOfAReadIsFatal() async throws {
        let outcome = try await scratch.run("sleep 1000", timeoutMs: 100)
        #expect(outcome.failure?.kind == .fatal)
    }

    @Test func politeCommandMayClearUp() async throws {
        let outcome = try await scratch.run(
            "trap 'echo clean > mark; exit 0' TERM; sleep 1000 & wait", delivery: .atMostOnce,
            timeoutMs: 400)
        // Its exit code comes too late to be trusted.
        #expect(outcome.unknownReason != nil)
        #expect(scratch.text("mark") == "clean\n")
    }

    @Test(arguments: stubborn)
    func stopEndsACommand(script: String) async throws {
        let stop = StopSignal()
        let scratch = self.scratch
        raise(stop) { scratch.process("pid") != nil }
        let outcome = try await scratch.run(
            script, delivery: .atMostOnce, timeoutMs: 60_000, stop: stop)
        #expect(outcome.unknownReason?.contains("stop") == true)
        #expect(!isAlive(try #require(scratch.process("pid"))))
    }

    @Test func raisedStopKeepsItFromStarting() async throws {
        let stop = StopSignal()
        stop.raise()
        let outcome = try await scratch.run("touch mark", delivery: .atMostOnce, stop: stop)
        #expect(outcome.failure?.kind == .transient)
        #expect(scratch.text("mark") == nil)
    }

    @Test(arguments: [
        "sleep 1000 & echo $! > pid; echo '{\"a\":1}'",
        "setsid sleep 1000 & echo $! > pid; echo '{\"a\":1}'",
        "sleep 1000 > /dev/null 2>&1 & echo $! > pid; echo '{\"a\":1}'",
    ])
    func nothingOutlivesTheCommand(script: String) async throws {
        let start = Patience.nowNs()
        let outcome = try await scratch.run(script, delivery: .atMostOnce)
        #expect(outcome.result == ["a": 1])
        #expect((Patience.nowNs() - start) / 1_000_000 < 5000)
        #expect(!isAlive(try #require(scratch.process("pid"))))
    }

    @Test func signalIsToldAsItIs() async throws {
        let outcome = try await scratch.run("kill -SEGV $$", delivery: .atMostOnce)
        #expect(outcome.unknownReason?.contains("signal 11") == true)
    }

    /// What left the session of the leash is found by the lock that it inherited.
    @Test(arguments: [
        "echo $$ > pid; kill -KILL $PPID; sleep 1000",
        "trap '' TERM; echo $$ > pid; (trap '' TERM; sleep 1000) & kill -KILL $PPID; wait",
        "L=$PPID; setsid sh -c \"trap '' TERM HUP; echo \\$\\$ > pid; kill -KILL $L; "
            + "sleep 1000\" & wait",
    ])
    func killedLeashIsUnknownAndTakesTheCommandAlong(script: String) async throws {
        let outcome = try await scratch.run(script, delivery: .atMostOnce)
        #expect(outcome.unknownReason?.contains("watches") == true)
        // Not soon: by then.
        #expect(!isAlive(try #require(scratch.process("pid"))))
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.file("leashes"))
        #expect(left == [])
    }

    /// Somebody who only looks at the lock file is left alone.
    @Test func whoReadsTheLockFileIsNotKilled() async throws {
        let lock = LeashLocks(beside: scratch.path).path(of: attempt(number: 3))
        let outcome = try await scratch.run(
            "L=$PPID; setsid sh -c 'exec 3<&-; exec 3< \(lock); echo $$ > pid; touch ready; "
                + "sleep 3' & while [ ! -e ready ]; do sleep 0.01; done; kill -KILL $L; "
                + "sleep 1000",
            delivery: .atMostOnce)
        #expect(outcome.unknownReason != nil)
        let reader = try #require(scratch.process("pid"))
        #expect(isAlive(reader))
        kill(reader, SIGKILL)
    }

    @Test func missingLeashSurelyDidNothing() async throws {
        let spec: JSONObject = ["kind": "command", "argv": ["true"]]
        let connector = try CommandConnectorKind(leashProgram: "/none/holdfast").connector(
            for: spec, of: scratch.context(.atMostOnce))
        let outcome = await connector.execute(
            attempt(delivery: .atMostOnce), stop: StopSignal())
        #expect(outcome.failure?.kind == .fatal)
    }

    @Test func nothingIsLeftOver() async throws {
        for _ in 0..<20 { _ = try await scratch.run("exit 65") }
        #expect(
            eventually(20_000) {
                let own = "\(getpid())"
                let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
                return all.filter { Int($0) != nil }.allSatisfy { process in
                    let text = FileManager.default.contents(atPath: "/proc/\(process)/stat")
                    let told = String(decoding: text ?? Data(), as: UTF8.self)
                    // Others' children, such as those of exit tests, are not ours to reap.
                    guard told.contains("(holdfast)") else { return true }
                    let words = told.split(separator: ")").last?.split(separator: " ") ?? []
                    return !(words.first == "Z" && words.dropFirst().first.map(String.init) == own)
                }
            })
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.file("leashes"))
        #expect(left == [])
    }

    /// A host of another make, so that it can be killed: it starts the leash as the real one does.
    private static let host = """
        import os, socket, subprocess, sys, time
        ours, theirs = socket.socketpair()
        null = os.open(os.devnull, os.O_RDWR)
        def before():
            os.dup2(theirs.fileno(), 3)
        subprocess.Popen([sys.argv[1], "__leash"] + sys.argv[2:], stdin=null, stdout=null,
            stderr=null, preexec_fn=before, close_fds=False, start_new_session=True)
        theirs.close()
        os.set_inheritable(ours.fileno(), False)
        print("ready", flush=True)
        time.sleep(1000)
        """

    @Test(arguments: [
        "echo $$ > pid; sleep 1000",
        "trap '' TERM INT HUP PIPE; echo $$ > pid; while :; do sleep 1; done",
        "setsid sh -c 'echo $$ > pid; sleep 1000' & wait",
    ])
    func commandDiesWithItsHost(script: String) async throws {
        guard access("/usr/bin/python3", X_OK) == 0 else {
            print("skipped: a host to kill is written in Python, which is not installed")
            return
        }
        try scratch.write(Self.host, to: "host.py")
        let host = Process()
        host.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        host.arguments = [
            scratch.file("host.py"), try #require(Program.path), scratch.file("x.lock"),
            scratch.path, "500", "/bin/sh", "sh", "-c", script,
        ]
        host.standardOutput = FileHandle.nullDevice
        try host.run()
        let scratch = self.scratch
        #expect(eventually { scratch.process("pid") != nil })
        let command = try #require(scratch.process("pid"))
        #expect(isAlive(command))
        kill(host.processIdentifier, SIGKILL)
        #expect(eventually { !isAlive(command) })
        #expect(eventually { access(scratch.file("x.lock"), F_OK) != 0 })
        host.waitUntilExit()
    }
}
