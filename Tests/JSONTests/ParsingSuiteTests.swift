// The public JSON parsing suite: what must be accepted, what must be refused, what may be either.
import Foundation
import JSON
import Testing

@Suite(
    .enabled(
        if: SharedData.isPresent("json-parsing/test_parsing"),
        "../shared/data/json-parsing is absent"))
struct ParsingSuiteTests {
    static let folder = "json-parsing/test_parsing"

    /// The suite leaves duplicate names to the parser's taste; this project refuses them.
    static let duplicateNames: Set<String> = [
        "y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json",
    ]

    @Test func acceptsWhatMustBeAccepted() throws {
        let files = try SharedData.files(Self.folder, prefix: "y_")
        #expect(files.count > 90)
        for file in files where !Self.duplicateNames.contains(file.lastPathComponent) {
            let bytes = try SharedData.bytes(file)
            #expect(throws: Never.self, "\(file.lastPathComponent)") {
                let value = try JSONParser.parse(bytes)
                let again = try JSONParser.parse(value.compactBytes())
                #expect(again == value, "\(file.lastPathComponent) changes when written")
                #expect(again.compactBytes() == value.compactBytes())
            }
        }
    }

    @Test func refusesDuplicateNames() throws {
        for name in Self.duplicateNames.sorted() {
            let bytes = try SharedData.bytes(SharedData.url(Self.folder).appending(path: name))
            let error = #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(bytes) }
            #expect(error?.code == .duplicateName)
        }
    }

    @Test func refusesWhatMustBeRefused() throws {
        let files = try SharedData.files(Self.folder, prefix: "n_")
        #expect(files.count > 180)
        for file in files {
            let bytes = try SharedData.bytes(file)
            let error = #expect(throws: JSONSyntaxError.self, "\(file.lastPathComponent)") {
                try JSONParser.parse(bytes)
            }
            if let error { #expect(error.offset >= 0 && error.offset <= bytes.count) }
        }
    }

    @Test func survivesWhatIsLeftOpen() throws {
        let files = try SharedData.files(Self.folder, prefix: "i_")
        #expect(files.count > 30)
        for file in files {
            let bytes = try SharedData.bytes(file)
            let name = file.lastPathComponent
            do {
                let value = try JSONParser.parse(bytes)
                #expect(name.hasPrefix("i_number"), "\(name) was accepted")
                #expect(value.compactBytes() == bytes.filter { $0 > 0x20 }, "\(name)")
            } catch {
                #expect(!name.hasPrefix("i_number"), "\(name) was refused: \(error)")
            }
        }
    }
}
