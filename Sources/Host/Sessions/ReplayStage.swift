// Where a recording is played: a folder of its own with a config, the recorded manifests and a
// fresh store, and a desk that answers attempts in place of every system.

import Engine
import Glibc
import JSON
import Synchronization

/// A project in a folder that nobody else has, removed once the replay is over.
struct ReplayStage {
    let folder: String

    /// A folder with nothing in it.
    static func empty() throws(Ending) -> ReplayStage {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/holdfast-replay-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw fault("a folder in \(parent)") }
        let text = template.withUnsafeBufferPointer { buffer in
            // The template ends in a zero, like every text of C.
            String(decoding: buffer.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return ReplayStage(folder: text)
    }

    static func make(for header: SessionHeader) throws(Ending) -> ReplayStage {
        let stage = try empty()
        do throws(Ending) {
            guard mkdir(stage.tools, 0o700) == 0 else { throw fault(stage.tools) }
            try stage.write(header.config, to: stage.config)
            try stage.put(header.manifests)
        } catch {
            stage.remove()
            throw error
        }
        return stage
    }

    private var tools: String { folder + "/tools" }
    private var config: String { folder + "/" + ConfigurationSource.fileName }

    /// Makes the manifests these and no others.
    func put(_ manifests: [JSONValue]) throws(Ending) {
        var names: [String] = []
        for manifest in manifests {
            guard let name = manifest["name"]?.stringValue, !name.isEmpty,
                name.utf8.allSatisfy(ReplayStage.isNameCharacter)
            else { throw Ending(.badData, "holdfast: a recorded manifest has no usable name") }
            names.append("\(name).json")
            try write(manifest, to: "\(tools)/\(name).json")
        }
        for name in ToolFiles.names(in: tools) ?? [] where name.hasSuffix(".json") {
            if !names.contains(name) { unlink("\(tools)/\(name)") }
        }
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5f
    }

    func project(_ desk: AttemptDesk, person: String) throws(Ending) -> Project {
        let kinds = ManifestKeys.connectorKinds.known.map {
            RecordedKind(name: $0, desk: desk)
        }
        return try Project.open(
            explicit: config, kinds: kinds,
            in: Surroundings(home: folder, workingFolder: folder, variables: [:], account: person))
    }

    func remove() { ReplayStage.remove(folder) }

    private static func remove(_ path: String) {
        // What is no folder, or is already empty, goes at once.
        guard Glibc.remove(path) != 0, errno == ENOTEMPTY || errno == EEXIST else { return }
        for name in ToolFiles.names(in: path) ?? [] where name != "." && name != ".." {
            remove(path + "/" + name)
        }
        Glibc.remove(path)
    }

    // Renamed into place, so that a host that looks meanwhile finds it whole.
    private func write(_ value: JSONValue, to path: String) throws(Ending) {
        let draft = path + ".draft"
        guard let file = fopen(draft, "w") else { throw ReplayStage.fault(draft) }
        let bytes = value.compactBytes()
        let isWhole = fwrite(bytes, 1, bytes.count, file) == bytes.count
        guard fclose(file) == 0, isWhole, rename(draft, path) == 0 else {
            throw ReplayStage.fault(path)
        }
    }

    private static func fault(_ what: String) -> Ending {
        Ending(
            .ownFault,
            "holdfast: \(what.shown) cannot be made: \(String(cString: strerror(errno)))")
    }
}

extension SessionHeader {
    fileprivate var config: JSONValue {
        var profiles: JSONObject = [:]
        profiles[profile] = ["allow": .array(allow.map { .string($0) })]
        return [
            "store": ["sqlite": "state/journal.db"], "tools": ["tools"],
            "lease": .string("\(leaseMs)ms"), "grace": .string("\(graceMs)ms"),
            "profiles": .object(profiles),
        ]
    }
}

/// Stands for one kind of connector: it takes every spec, since nothing is reached.
struct RecordedKind: ConnectorKind, Connector {
    let name: String
    let desk: AttemptDesk

    func connector(
        for spec: JSONObject, of tool: ConnectorContext
    ) throws(SpecProblem) -> any Connector { self }

    func execute(_ attempt: Attempt, stop: StopSignal) async -> AttemptOutcome {
        await desk.outcome(of: attempt, stop)
    }
}

/// Attempts that the host makes now, each held until the recording says what came of it.
final class AttemptDesk: Sendable {
    struct Waiting: Sendable {
        let attempt: Attempt
        let stop: StopSignal
    }

    /// A call's probes are numbered by themselves.
    private struct Key: Hashable {
        let call: CallID
        let tool: ToolName
        let number: Int

        init(_ attempt: Attempt) {
            call = attempt.call
            tool = attempt.tool
            number = attempt.number
        }
    }

    private struct State {
        var arrived: [Waiting] = []
        var outcomes: [Key: AttemptOutcome] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Attempts that nobody has asked for, oldest first.
    var unclaimed: [Attempt] { state.withLock { $0.arrived.map(\.attempt) } }

    func outcome(of attempt: Attempt, _ stop: StopSignal) async -> AttemptOutcome {
        note(attempt, stop)
        let key = Key(attempt)
        while true {
            let (outcome, isClosed) = state.withLock { state in
                (state.outcomes.removeValue(forKey: key), state.isClosed)
            }
            if let outcome { return outcome }
            if isClosed {
                return .failed(Failure(.fatal, "The recording does not say what came of this."))
            }
            // A sleep that is cut short looks again at once.
            try? await Task.sleep(for: .milliseconds(HostLimits.replayPollMs))
        }
    }

    /// An attempt that is under way, whoever ends it.
    func note(_ attempt: Attempt, _ stop: StopSignal) {
        state.withLock { $0.arrived.append(Waiting(attempt: attempt, stop: stop)) }
    }

    func claim(_ isWanted: (Attempt) -> Bool) -> Waiting? {
        state.withLock { state in
            guard let index = state.arrived.firstIndex(where: { isWanted($0.attempt) }) else {
                return nil
            }
            return state.arrived.remove(at: index)
        }
    }

    func release(_ attempt: Attempt, _ outcome: AttemptOutcome) {
        state.withLock { $0.outcomes[Key(attempt)] = outcome }
    }

    /// Lets go of every attempt, now and later.
    func close() { state.withLock { $0.isClosed = true } }
}
