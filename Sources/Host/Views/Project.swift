// The config in use, and what commands make of it. Nothing is opened before it is asked for.

import Engine
import Glibc

/// A config with the ways to reach systems and the surroundings it was found in.
package struct Project: Sendable {
    package let configuration: Configuration
    let kinds: [any ConnectorKind]
    let surroundings: Surroundings

    package static func open(
        explicit: String?, kinds: [any ConnectorKind], in surroundings: Surroundings
    ) throws(Ending) -> Project {
        do {
            let configuration = try Configuration.load(explicit: explicit, in: surroundings)
            return Project(
                configuration: configuration, kinds: kinds, surroundings: surroundings)
        } catch {
            throw Ending(error)
        }
    }

    /// A host of the profile named, or of the one that stands for none named.
    /// - Parameter recorder: notes every attempt.
    package func host(
        profile: String?, recorder: SessionRecorder? = nil
    ) throws(Ending) -> ToolHost {
        try host(profile: profile, watch: recorder?.watch)
    }

    func host(profile: String?, watch: AttemptWatch?) throws(Ending) -> ToolHost {
        let watched = watch.map { watch in
            kinds.map { WatchedKind(inner: $0, watch: watch) as any ConnectorKind }
        }
        do {
            return try ToolHost(
                configuration, profile: profile, kinds: watched ?? kinds, in: surroundings)
        } catch {
            throw Ending(error)
        }
    }

    package func catalog() -> Catalog {
        Catalog.load(configuration, kinds: kinds, in: surroundings)
    }
}
