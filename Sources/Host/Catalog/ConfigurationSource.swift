// Where the config comes from (DESIGN section 13, "Finding things"). What it says is read
// elsewhere.

import JSON

package enum ConfigurationSource: Hashable, Sendable {
    /// An absolute path.
    case file(String)
    /// The booking desk that is part of the program.
    case builtin

    package static let variable = "HOLDFAST_CONFIG"
    package static let fileName = "holdfast.yaml"
    package static let homePath = "~/.config/holdfast/holdfast.yaml"

    /// - Parameter explicit: what `--config` says.
    /// - Throws: where a config was named that is not there; the places that are only looked at
    ///   may be empty.
    package static func find(
        explicit: String?, in surroundings: Surroundings
    ) throws(Problem) -> ConfigurationSource {
        if let explicit {
            return try named(explicit, by: "--config", in: surroundings)
        }
        if let path = surroundings.variables[variable], !path.isEmpty {
            return try named(path, by: "$" + variable, in: surroundings)
        }
        for path in [fileName, homePath] {
            let absolute = surroundings.resolve(path, in: surroundings.workingFolder)
            if Paths.exists(absolute) { return .file(absolute) }
        }
        return .builtin
    }

    private static func named(
        _ path: String, by whom: String, in surroundings: Surroundings
    ) throws(Problem) -> ConfigurationSource {
        let absolute = surroundings.resolve(path, in: surroundings.workingFolder)
        guard Paths.exists(absolute) else {
            throw Problem(
                file: surroundings.shown(absolute), line: nil, pointer: .root,
                message: "this config, named by \(whom), does not exist; "
                    + "write it with `holdfast init`, or name another")
        }
        return .file(absolute)
    }
}
