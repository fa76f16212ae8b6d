// The two pipes between a replay and its host: lines written on one, messages read from the other.

import CLinux
import Glibc
import JSON
import MCP
import Synchronization

struct ReplayPipes: Sendable {
    /// The host's ends.
    let streams: StandardStreams
    private let writeEnd: Int32
    private let readEnd: Int32

    init() throws(WireFault) {
        var input: [Int32] = [-1, -1]
        var output: [Int32] = [-1, -1]
        guard cprocess_pipe(&input) == 0, cprocess_pipe(&output) == 0 else {
            throw WireFault(message: "There are no descriptors left for a replay.")
        }
        streams = StandardStreams(input: input[0], output: output[1])
        writeEnd = input[1]
        readEnd = output[0]
    }

    /// - Returns: false where the host reads no more.
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(writeEnd, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    func closeInput() { close(writeEnd) }

    /// After the host has ended: whoever reads its lines comes to their end.
    func closeOutput() { close(streams.output) }

    func closeRest() {
        close(streams.input)
        close(readEnd)
    }

    /// Reads the host's messages to their end. Blocks its thread.
    func read(into inbox: ReplayInbox) {
        var framer = LineFramer(limitBytes: HostLimits.sessionBytes)
        var chunk = [UInt8](repeating: 0, count: HostLimits.readChunkBytes)
        while true {
            let count = Glibc.read(readEnd, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            for line in framer.receive(chunk[..<count]) { inbox.add(line) }
        }
        inbox.close()
    }
}

/// What the host has said and nobody has compared yet.
final class ReplayInbox: Sendable {
    private struct State {
        var messages: [JSONValue] = []
        var isOver = false
    }

    private let mask: LiveMask?
    private let state = Mutex(State())

    /// - Parameter mask: for messages that hold what recordings mask.
    init(mask: LiveMask?) { self.mask = mask }

    var isOver: Bool { state.withLock(\.isOver) }
    var rest: [JSONValue] { state.withLock(\.messages) }

    func add(_ line: FramedLine) {
        guard case .line(let bytes) = line else { return }
        let message: JSONValue
        do {
            let said = try JSONParser.parse(bytes, limits: .session)
            message = mask?.said(bytes) ?? said
        } catch {
            // It is compared as what it is: no message.
            message = .string(String(decoding: bytes, as: UTF8.self))
        }
        // How long something takes is no part of a session.
        guard message["method"]?.stringValue != SessionPlayer.progressMethod else { return }
        state.withLock { $0.messages.append(message) }
    }

    func close() { state.withLock { $0.isOver = true } }

    func take(_ isWanted: (JSONValue) -> Bool) -> JSONValue? {
        state.withLock { state in
            guard let index = state.messages.firstIndex(where: isWanted) else { return nil }
            return state.messages.remove(at: index)
        }
    }
}
