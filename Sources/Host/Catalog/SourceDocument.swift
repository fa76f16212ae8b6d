// A YAML or JSON file as a JSON value that remembers its lines. What the value means is decided
// by its readers.

package import JSON

/// One manifest or config as it was written.
package struct SourceDocument: Sendable {
    /// The file's name as problems show it.
    package let file: String
    package let value: JSONValue
    private let lines: SourceLines?

    /// Reads `path`; the ending `.json` means strict JSON, everything else YAML.
    package static func read(
        path: String, shownAs file: String
    ) throws(Problem) -> SourceDocument {
        do {
            let bytes = try BoundedFile.read(path, maxBytes: CatalogLimits.maxFileBytes)
            return try parse(bytes, shownAs: file)
        } catch let refusal as BoundedFile.Refusal {
            throw Problem(
                file: file, line: nil, pointer: .root, message: "this file " + refusal.message)
        } catch let problem as Problem {
            throw problem
        } catch {
            preconditionFailure("Reading a document throws only the two errors caught above.")
        }
    }

    package static func parse(
        _ bytes: [UInt8], shownAs file: String
    ) throws(Problem) -> SourceDocument {
        guard bytes.count <= CatalogLimits.maxFileBytes else {
            throw Problem(
                file: file, line: nil, pointer: .root,
                message: "this file is longer than \(CatalogLimits.maxFileBytes) bytes; "
                    + "split it or shorten it")
        }
        do {
            let (value, lines) =
                file.hasSuffix(".json") ? try JSONSource.read(bytes) : try YAMLSource.read(bytes)
            return SourceDocument(file: file, value: value, lines: lines)
        } catch {
            throw Problem(
                file: file, line: error.line, pointer: error.pointer, message: error.message)
        }
    }

    /// A document that never was a file of lines: content kept in the journal.
    package init(value: JSONValue, shownAs file: String) {
        self.init(file: file, value: value, lines: nil)
    }

    private init(file: String, value: JSONValue, lines: SourceLines?) {
        self.file = file
        self.value = value
        self.lines = lines
    }

    /// The line of the value at `pointer`; where there is none, of the nearest value around it.
    package func line(of pointer: JSONPointer) -> Int? { lines?.line(of: pointer) }

    func problem(_ pointer: JSONPointer, _ message: String) -> Problem {
        Problem(file: file, line: line(of: pointer), pointer: pointer, message: message)
    }
}

/// Where the values of a document begin: a tree of the same form. A member's line is its key's.
struct SourceLines: Sendable {
    let line: Int
    var children: [(token: String, lines: SourceLines)] = []

    func line(of pointer: JSONPointer) -> Int {
        var place = self
        for token in pointer.tokens {
            guard let child = place.children.first(where: { $0.token.isSameText(as: token) })
            else { break }
            place = child.lines
        }
        return place.line
    }
}

/// Why a text could not be read as a document.
struct SourceFault: Error, Hashable {
    let line: Int?
    var pointer: JSONPointer = .root
    let message: String
}
