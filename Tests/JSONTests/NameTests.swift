// Member names are told apart by bytes, in objects small and large.
import JSON
import Testing

struct NameTests {
    @Test func unicodeEquivalentNamesAreTwoNames() throws {
        let value = try JSONParser.parse("{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(value.objectValue?.count == 2)
        #expect(value["\u{E9}"] == 1)
        #expect(value["e\u{301}"] == 2)
        #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
        // Same length in bytes, canonically equal, and yet two names.
        let marks = try JSONParser.parse("{\"a\u{301}\u{316}\":1,\"a\u{316}\u{301}\":2}")
        #expect(marks.objectValue?.count == 2)
    }

    @Test(arguments: [1, 2, 11, 12, 13, 31, 32, 33, 34, 500])
    func objectsOfEverySize(count: Int) throws {
        let members = (0..<count).map { "\"n\($0)\":\($0)" }
        let text = "{" + members.joined(separator: ",") + "}"
        let value = try JSONParser.parse(text)
        #expect(value.compactText == text)
        var object = try #require(value.objectValue)
        for index in 0..<count { #expect(object["n\(index)"] == .integer(index)) }
        #expect(object["n\(count)"] == nil)

        for name in ["n0", "n\(count - 1)", "n\(count / 2)"] {
            let again = text.dropLast() + ",\"\(name)\":0}"
            let error = #expect(throws: JSONSyntaxError.self) {
                try JSONParser.parse(String(again))
            }
            #expect(error == JSONSyntaxError(.duplicateName, at: text.utf8.count))
        }

        object["n0"] = nil
        #expect(object["n0"] == nil)
        #expect(object.count == count - 1)
        for index in 1..<max(count, 1) { #expect(object["n\(index)"] == .integer(index)) }
        object["n0"] = "back"
        #expect(object["n0"] == "back")
        #expect(object.names.last == "n0")
        object["n0"] = 0
        #expect(.object(object) == value)
        #expect(object.hashValue == value.objectValue?.hashValue)
    }

    /// Alike in length, first and last byte: all that is looked at before a name is searched for.
    @Test(arguments: [2, 32, 33, 40])
    func namesThatLookAlikeAreToldApart(count: Int) throws {
        let letters = (0..<count).map { String(UnicodeScalar(UInt8(0x30 + $0))) }
        let names = letters.filter { $0 != "\\" }.map { "a\($0)z" }
        let members = names.map { "\"\($0)\":\"\($0)\"" }
        let text = "{" + members.joined(separator: ",") + "}"
        let object = try #require(JSONParser.parse(text).objectValue)
        #expect(object.names == names)
        #expect(JSONObject(names.map { ($0, .string($0)) }) == object)
        for name in names {
            #expect(object[name] == .string(name))
            let again = text.dropLast() + ",\"\(name)\":0}"
            let error = #expect(throws: JSONSyntaxError.self) {
                try JSONParser.parse(String(again))
            }
            #expect(error == JSONSyntaxError(.duplicateName, at: text.utf8.count))
        }
        let twice = JSONObject((names + names.reversed()).map { ($0, .string("\($0)!")) })
        #expect(twice.names == names)
        #expect(twice[names[0]] == .string("\(names[0])!"))
        let empty = #expect(throws: JSONSyntaxError.self) {
            try JSONParser.parse("{\"\":1,\"\":2}")
        }
        #expect(empty == JSONSyntaxError(.duplicateName, at: 6))
    }

    @Test func equalityIgnoresOrderAndTheLaterOfTwoWins() {
        let one: JSONValue = ["a": 1, "b": [true, nil]]
        let two: JSONValue = ["b": [true, nil], "a": 1]
        #expect(one == two)
        #expect(one.hashValue == two.hashValue)
        #expect(one != ["a": 1])
        #expect(JSONObject([("a", 1), ("a", 2)]) == ["a": 2])
    }

    /// With a linear search this would take minutes.
    @Test(.timeLimit(.minutes(1)))
    func manyNamesAreNotQuadratic() throws {
        let members = (0..<200_000).map { "\"name\($0)\":0" }
        let value = try JSONParser.parse("{" + members.joined(separator: ",") + "}")
        let object = try #require(value.objectValue)
        #expect(object.count == 200_000)
        #expect(object["name199999"] == 0)
        #expect(object == value.objectValue)
    }
}
