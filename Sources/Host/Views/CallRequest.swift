// What a person asks for with `holdfast call`: the words of the command line as a call.

import Glibc
package import JSON

package struct CallRequest: Sendable {
    let call: HostCall

    package init(
        tool: String, arguments: String, run: String?, key: String?
    ) throws(Ending) {
        call = HostCall(
            tool: tool, arguments: try JSONArgument.object(arguments, of: "--arguments"),
            runID: run, givenKey: key, isByPerson: true)
    }
}

/// A JSON document as an option gives it: the text itself, `@FILE`, or `-` for standard input.
package enum JSONArgument {
    package static func value(_ text: String, of option: String) throws(Ending) -> JSONValue {
        let bytes = try bytes(text, of: option)
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw Ending(
                .badData,
                "holdfast: \(option): not JSON: \(error.message).")
        }
    }

    /// A tool's arguments.
    static func object(_ text: String, of option: String) throws(Ending) -> JSONObject {
        let value = try value(text, of: option)
        guard let object = value.objectValue else {
            throw Ending(
                .badData,
                "holdfast: \(option): a tool's arguments are a JSON object, such as "
                    + "{\"name\": \"value\"}, but this is \(value.aKind).")
        }
        return object
    }

    private static func bytes(_ text: String, of option: String) throws(Ending) -> [UInt8] {
        let path: String
        if text == "-" {
            return try standardInput(of: option)
        } else if text.hasPrefix("@") {
            path = String(text.dropFirst())
        } else {
            return Array(text.utf8)
        }
        do {
            return try BoundedFile.read(path, maxBytes: HostLimits.argumentFileBytes)
        } catch {
            throw Ending(.badData, "holdfast: \(option): \(path.shown) \(error.message).")
        }
    }

    private static func standardInput(of option: String) throws(Ending) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: HostLimits.readChunkBytes)
        while bytes.count <= HostLimits.argumentFileBytes {
            let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw Ending(.badData, "holdfast: \(option): standard input cannot be read.")
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        throw Ending(
            .badData,
            "holdfast: \(option): more than \(HostLimits.argumentFileBytes) bytes; send less.")
    }
}
