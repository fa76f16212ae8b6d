// The reader of members by name and kind: what it gives and how it names what is wrong.
import JSON
import Testing

struct ObjectReaderTests {
    let reader = ObjectReader(
        [
            "s": "text", "i": 3, "b": true, "a": [1], "o": ["in": ["x": 1]], "n": nil,
        ] as JSONObject)

    @Test func readsEachKind() throws {
        #expect(try reader.string("s") == "text")
        #expect(try reader.int("i") == 3)
        #expect(try reader.bool("b") == true)
        #expect(try reader.array("a") == [1])
        #expect(try reader.object("o").object("in").int("x") == 1)
        #expect(try reader.value("n") == .null)
        #expect(try reader.optionalString("s") == "text")
        #expect(try reader.optionalInt("i") == 3)
        #expect(try reader.optionalBool("b") == true)
        #expect(try reader.optionalArray("a") == [1])
        #expect(try reader.optionalObject("o")?.object["in"] == ["x": 1])
    }

    @Test func missingAndNullAreNilWhereOptional() throws {
        for name in ["n", "absent"] {
            #expect(try reader.optionalString(name) == nil)
            #expect(try reader.optionalInt(name) == nil)
            #expect(try reader.optionalBool(name) == nil)
            #expect(try reader.optionalArray(name) == nil)
            #expect(try reader.optionalObject(name) == nil)
        }
    }

    @Test func namesThePlaceAndBothKinds() throws {
        let inner = try reader.object("o").object("in")
        let missing = #expect(throws: JSONShapeError.self) { try inner.string("y/z") }
        #expect(missing?.pointer.description == "/o/in/y~1z")
        #expect(missing?.message == "/o/in/y~1z must be a string, but nothing is there")
        let wrong = #expect(throws: JSONShapeError.self) { try inner.optionalString("x") }
        #expect(wrong?.message == "/o/in/x must be a string, but integer is there")
        let null = #expect(throws: JSONShapeError.self) { try reader.int("n") }
        #expect(null?.found == "null")
        let absent = #expect(throws: JSONShapeError.self) { try reader.value("absent") }
        #expect(absent?.found == "nothing")
        let root = #expect(throws: JSONShapeError.self) { try ObjectReader([1] as JSONValue) }
        #expect(root?.message == "the value must be an object, but array is there")
    }
}
