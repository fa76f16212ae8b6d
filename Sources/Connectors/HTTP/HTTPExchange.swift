// One HTTP request and what is known of it afterwards. What a status means to a tool is decided by
// whoever asks; addresses are checked by whoever takes them from a config or a manifest.

import AsyncHTTPClient
import Engine
import Host
import NIOCore
import NIOHTTP1
import Synchronization

struct HTTPRequest: Sendable {
    let method: String
    let url: String
    let headers: [(name: String, value: String)]
    let body: [UInt8]
}

struct HTTPAnswer: Sendable, Equatable {
    let status: Int
    /// Of the answer's `Retry-After`, where it is a number of seconds.
    let retryAfterSeconds: Int64?
    /// As much of it as was asked for.
    let body: [UInt8]
}

/// How an exchange ended.
enum HTTPEnd: Sendable, Equatable {
    case answered(HTTPAnswer)
    /// Not a byte of the body has left: nobody can have taken it for a request.
    case notSent(String)
    /// It may have arrived.
    case unclear(String)
}

enum HTTPExchange {
    /// Sends a request once. Redirects are not followed: they are answers like any other.
    static func send(
        _ request: HTTPRequest, timeoutMs: Int64, bodyBytesMax: Int, stop: StopSignal
    ) async -> HTTPEnd {
        let upload = Upload(request.body)
        let (stopped, raise) = AsyncStream.makeStream(of: Void.self)
        stop.onRaise { raise.finish() }
        return await withTaskGroup(of: HTTPEnd?.self) { group in
            group.addTask {
                await exchange(request, upload, bodyBytesMax: bodyBytesMax, within: timeoutMs)
            }
            group.addTask {
                // Ends early where the exchange has ended.
                try? await Task.sleep(for: .milliseconds(timeoutMs))
                return upload.end("there was no answer within \(timeoutMs) ms")
            }
            group.addTask {
                for await _ in stopped {}
                return stop.isRaised ? upload.end("it was asked to stop") : nil
            }
            var end: HTTPEnd?
            while end == nil, let next = await group.next() { end = next }
            group.cancelAll()
            return end ?? upload.end("it was cut off")
        }
    }

    private static func exchange(
        _ request: HTTPRequest, _ upload: Upload, bodyBytesMax: Int, within timeoutMs: Int64
    ) async -> HTTPEnd {
        var asked = HTTPClientRequest(url: request.url)
        asked.method = HTTPMethod(rawValue: request.method)
        for header in request.headers { asked.headers.add(name: header.name, value: header.value) }
        asked.body = .stream(upload, length: .known(Int64(request.body.count)))
        do {
            // Its own clock is the last resort: whoever waits beside it says more.
            let answer = try await client.execute(
                asked, timeout: .milliseconds(timeoutMs + 1_000))
            let body = try await start(of: answer.body, bodyBytesMax)
            let retryAfter = answer.headers.first(name: "retry-after")
            return .answered(
                HTTPAnswer(
                    status: Int(answer.status.code),
                    retryAfterSeconds: retryAfter.flatMap(seconds), body: body))
        } catch {
            return upload.end("\(error)")
        }
    }

    /// An answer that goes on and on has said all that is wanted of it.
    private static func start(
        of body: HTTPClientResponse.Body, _ limit: Int
    ) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        guard limit > 0 else { return bytes }
        for try await part in body {
            bytes += part.readableBytesView.prefix(limit - bytes.count)
            if bytes.count >= limit { break }
        }
        return bytes
    }

    private static func seconds(_ text: String) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text) ?? .max
    }

    /// Made by the first request, so that start-up does not pay for it; it lives as long as the
    /// process, as do its threads.
    private static let client: HTTPClient = {
        NIOSingletons.groupLoopCountSuggestion = 1
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        configuration.timeout.connect = .milliseconds(ConnectorLimits.connectMs)
        // Whoever asks tries again by a rule of its own.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}

/// A body that knows whether the client has asked for it, which it does once it is connected.
private struct Upload: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    private final class State: Sendable {
        let isBegun = Atomic<Bool>(false)
    }

    private let bytes: [UInt8]
    private let state = State()

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let upload: Upload
        private var isOver = false

        fileprivate init(_ upload: Upload) { self.upload = upload }

        mutating func next() async throws -> ByteBuffer? {
            upload.state.isBegun.store(true, ordering: .releasing)
            guard !isOver else { return nil }
            isOver = true
            return ByteBuffer(bytes: upload.bytes)
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    /// What a failure means, by how far it had come.
    func end(_ reason: String) -> HTTPEnd {
        state.isBegun.load(ordering: .acquiring) ? .unclear(reason) : .notSent(reason)
    }
}
