// A small HTTP server on this machine for tests: it keeps what came and answers what it was told.

import Foundation
import Glibc
import Synchronization

/// Answers connections one after another, each with the next of its answers, the last for ever.
final class LocalServer: Sendable {
    enum Answer: Sendable {
        case bytes(String)
        /// Takes the request and closes.
        case nothing
        /// Takes the request and lets its client wait.
        case silence(ms: UInt32)

        static func status(_ line: String, _ headers: [String] = []) -> Answer {
            .bytes(
                (["HTTP/1.1 \(line)", "Content-Length: 2", "Connection: close"] + headers)
                    .joined(separator: "\r\n") + "\r\n\r\nok")
        }
    }

    struct Request: Sendable {
        let head: [String]
        let body: String

        func header(_ name: String) -> String? {
            let prefix = name.lowercased() + ": "
            return head.first { $0.lowercased().hasPrefix(prefix) }.map {
                String($0.dropFirst(prefix.count))
            }
        }
    }

    let port: UInt16
    private let listener: Int32
    private let kept = Mutex<[Request]>([])

    var requests: [Request] { kept.withLock { $0 } }
    var url: String { "http://127.0.0.1:\(port)/hook" }

    init(_ answers: [Answer]) throws {
        let door = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        listener = door
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var bound: Int32 = -1
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                if bind(door, generic, length) == 0, listen(door, 16) == 0 {
                    bound = getsockname(door, generic, &length)
                }
            }
        }
        guard bound == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            var index = 0
            while true {
                let client = accept(door, nil, nil)
                guard client >= 0 else { return }
                let request = LocalServer.read(client)
                guard let self else { return }
                self.kept.withLock { $0.append(request) }
                LocalServer.give(answers[min(index, answers.count - 1)], to: client)
                index += 1
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// A port where nobody listens.
    static func closedPort() throws -> UInt16 {
        let server = try LocalServer([.nothing])
        shutdown(server.listener, Int32(SHUT_RDWR))
        close(server.listener)
        return server.port
    }

    private static func read(_ client: Int32) -> Request {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            let parts = text.components(separatedBy: "\r\n\r\n")
            let head = parts[0].components(separatedBy: "\r\n")
            let body = parts.dropFirst().joined(separator: "\r\n\r\n")
            let request = Request(head: head, body: body)
            let wanted = request.header("Content-Length").flatMap { Int($0) } ?? 0
            if parts.count > 1, body.utf8.count >= wanted { return request }
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return request }
            bytes += buffer.prefix(count)
        }
    }

    private static func give(_ answer: Answer, to client: Int32) {
        switch answer {
        case .bytes(let text):
            let bytes = Array(text.utf8)
            send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        case .nothing: break
        case .silence(let ms): usleep(ms * 1_000)
        }
        close(client)
    }
}
