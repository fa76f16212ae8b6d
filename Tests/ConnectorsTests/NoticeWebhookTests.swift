// Notices posted to an address: what is sent, and what each end of the exchange means.

import Engine
import Foundation
import Host
import JSON
import Proofs
import Testing

@testable import Connectors

@Suite struct NoticeWebhookTests {
    private let scratch = Scratch()

    private func connector(_ url: String) throws -> any Connector {
        let secret = try scratch.write("hush\n", to: "secret")
        return try NoticeWebhookKind().connector(
            for: ["kind": "notice_webhook", "url": .string(url), "secret": "hook"],
            of: scratch.context(.keyed, secrets: ["hook": .file(secret)]))
    }

    private func send(
        _ url: String, number: Int = 1, timeoutMs: Int64 = 5_000, stop: StopSignal = StopSignal()
    ) async throws -> AttemptOutcome {
        try await connector(url).execute(
            attempt(
                ["kind": "requested", "tool": "a"], number: number, delivery: .keyed,
                timeoutMs: timeoutMs),
            stop: stop)
    }

    @Test func aNoticeIsPostedAndSigned() async throws {
        let server = try LocalServer([.status("204 No Content")])
        #expect(try await send(server.url).result == ["status": 204])
        let request = try #require(server.requests.first)
        #expect(server.requests.count == 1)
        #expect(request.head[0] == "POST /hook HTTP/1.1")
        #expect(request.body == #"{"kind":"requested","tool":"a"}"#)
        #expect(request.header("Content-Type") == "application/json")
        #expect(request.header("Idempotency-Key") == call(1).text)
        let signature = try #require(request.header("Holdfast-Signature"))
        let parts = signature.split(separator: ",")
        let seconds = try #require(parts[0].wholeMatch(of: /t=([0-9]+)/)?.1)
        let age = Date().timeIntervalSince1970 - (Double(seconds) ?? 0)
        #expect(age >= 0 && age < 60)
        let expected = MessageCode.sha256(
            Array("\(seconds).\(request.body)".utf8), key: Array("hush".utf8))
        #expect(parts[1] == "v1=\(expected.hex)")
    }

    /// RFC 4231, test case 2.
    @Test func theCodeIsHMACOfSHA256() {
        let code = MessageCode.sha256(
            Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(
            code.hex == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test(arguments: [
        ("301 Moved", FailureClass.fatal), ("400 Bad Request", .invalid), ("404 Gone", .invalid),
        ("401 Who", .permission), ("403 No", .permission), ("408 Late", .transient),
        ("429 Slow", .transient), ("500 Oh", .transient), ("503 Busy", .transient),
    ])
    func eachStatusHasItsClass(line: String, kind: FailureClass) async throws {
        let server = try LocalServer([
            .status(line, ["Retry-After: 7", "Location: http://127.0.0.1:1/"])
        ])
        let failure = try #require(try await send(server.url).failure)
        #expect(failure.kind == kind)
        #expect(failure.retryAfterMs == (kind == .transient ? 7_000 : nil))
        #expect(failure.message.contains(line.prefix(3)))
        #expect(server.requests.count == 1, "a redirect is not followed, nothing is sent twice")
    }

    @Test func nobodyThereMeansNothingWasSent() async throws {
        let port = try LocalServer.closedPort()
        let failure = try #require(
            try await send("http://127.0.0.1:\(port)/").failure)
        #expect(failure.kind == .transient)
    }

    @Test func whatMayHaveArrivedIsUnknown() async throws {
        let closing = try LocalServer([.nothing])
        #expect(try await send(closing.url).unknownReason != nil)
        let silent = try LocalServer([.silence(ms: 20_000)])
        let began = Date()
        let reason = try await send(silent.url, timeoutMs: 3_000).unknownReason
        #expect(reason?.contains("no answer within") == true)
        #expect(Date().timeIntervalSince(began) < 15)
    }

    @Test func aStopEndsTheWait() async throws {
        let silent = try LocalServer([.silence(ms: 20_000)])
        let stop = StopSignal()
        Thread.detachNewThread {
            while silent.requests.isEmpty { usleep(10_000) }
            stop.raise()
        }
        let began = Date()
        let reason = try await send(silent.url, timeoutMs: 20_000, stop: stop).unknownReason
        #expect(reason?.contains("asked to stop") == true)
        #expect(Date().timeIntervalSince(began) < 15)
    }

    @Test func anAnswersBodyIsNeitherReadNorWaitedFor() async throws {
        let endless = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nx"
        let server = try LocalServer([.bytes(endless)])
        #expect(try await send(server.url).result == ["status": 200])
    }

    @Test func bodiesAreCutWhereTheyAreWanted() async throws {
        let server = try LocalServer([
            .bytes("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nRetry-After: soon\r\n\r\nabcdef")
        ])
        for (limit, body) in [(3, "abc"), (6, "abcdef"), (7, "abcdef")] {
            let end = await HTTPExchange.send(
                HTTPRequest(method: "POST", url: server.url, headers: [], body: [1]),
                timeoutMs: 5_000, bodyBytesMax: limit, stop: StopSignal())
            #expect(
                end == .answered(
                    HTTPAnswer(status: 200, retryAfterSeconds: nil, body: Array(body.utf8))))
        }
    }

    @Test func aSecretThatCannotBeReadSendsNothing() async throws {
        let server = try LocalServer([.status("200 OK")])
        let hook = try connector(server.url)
        chmod(scratch.file("secret"), 0o644)
        let outcome = await hook.execute(attempt(delivery: .keyed), stop: StopSignal())
        #expect(outcome.failure?.kind == .fatal)
        #expect(server.requests.isEmpty)
    }

    @Test func specsAreChecked() {
        let context = scratch.context(.keyed, secrets: ["hook": .environment("X")])
        for (spec, pointer) in [
            (["kind": "notice_webhook", "url": "https://a.example/", "secret": "none"], "/secret"),
            (["kind": "notice_webhook", "url": "http://a.example/", "secret": "hook"], "/url"),
            (["kind": "notice_webhook", "secret": "hook"], ""),
            (["kind": "notice_webhook", "url": "https://a.example/", "secret": "hook", "to": 1],
                "/to"),
        ] as [(JSONObject, String)] {
            let found = problem(in: spec, NoticeWebhookKind(), context)
            #expect(found?.pointer.description == pointer)
        }
    }
}
