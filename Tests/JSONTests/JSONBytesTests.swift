// Documents written without a tree: the same bytes as the compact writer's, and bugs that stop.
import JSON
import Testing

struct JSONBytesTests {
    private func text(_ write: (inout JSONBytes) -> Void) -> String {
        var json = JSONBytes(capacity: 0)
        write(&json)
        return String(decoding: json.finished(), as: UTF8.self)
    }

    @Test func membersAndElementsAreParted() throws {
        let made = text {
            $0.beginObject()
            $0.member("text", "a\"\n\u{1F602}")
            $0.member("none", String?.none)
            $0.member("whole", -7)
            $0.member("is", false)
            $0.member("digest", hex: [0x00, 0x9f, 0xff])
            $0.member("tree", value: ["a": [1, nil]])
            $0.name("e\u{301} \"")
            $0.null()
            $0.name("list")
            $0.beginArray()
            $0.beginArray()
            $0.endArray()
            $0.string("")
            $0.integer(0)
            $0.bool(true)
            $0.beginObject()
            $0.endObject()
            $0.object(["x": 1])
            $0.hex([])
            $0.endArray()
            $0.endObject()
        }
        let expected: JSONValue = [
            "text": "a\"\n\u{1F602}", "whole": -7, "is": false, "digest": "009fff",
            "tree": ["a": [1, nil]], "e\u{301} \"": nil,
            "list": [[], "", 0, true, [:], ["x": 1], ""],
        ]
        #expect(made == expected.compactText)
        #expect(try JSONParser.parse(made) == expected)
    }

    @Test func absentMembersLeaveNoComma() {
        let made = text {
            $0.beginObject()
            $0.member("a", String?.none)
            $0.member("b", Int?.none)
            $0.member("c", Bool?.none)
            $0.member("d", hex: nil)
            $0.member("e", value: nil)
            $0.member("f", value: .null)
            $0.member("g", Int?.none)
            $0.endObject()
        }
        #expect(made == "{\"f\":null}")
    }

    @Test(arguments: [
        0, 1, -1, 9, 10, -10, 99, 100, 1_784_000_000_000, .max, .min, .max - 1, .min + 1,
    ])
    func integers(value: Int) {
        #expect(text { $0.integer(value) } == String(value))
    }

    @Test func everyBareValueIsADocument() {
        #expect(text { $0.string("x") } == "\"x\"")
        #expect(text { $0.null() } == "null")
        #expect(text { $0.bool(true) } == "true")
        #expect(text { $0.value([1]) } == "[1]")
    }

    @Test func whatWouldBeNoDocumentStops() async {
        await #expect(processExitsWith: .failure) { _ = JSONBytes().finished() }
        await #expect(processExitsWith: .failure) {
            var json = JSONBytes()
            json.beginObject()
            json.integer(1)
        }
        await #expect(processExitsWith: .failure) {
            var json = JSONBytes()
            json.beginArray()
            json.name("n")
        }
        await #expect(processExitsWith: .failure) {
            var json = JSONBytes()
            json.beginObject()
            json.name("n")
            json.endObject()
        }
        await #expect(processExitsWith: .failure) {
            var json = JSONBytes()
            json.beginObject()
            json.endArray()
        }
        await #expect(processExitsWith: .failure) {
            var json = JSONBytes()
            json.integer(1)
            json.integer(2)
        }
        await #expect(processExitsWith: .failure) {
            var json = JSONBytes()
            json.beginArray()
            _ = json.finished()
        }
        await #expect(processExitsWith: .failure) {
            var json = JSONBytes()
            for _ in 0...JSONBytes.maxDepth { json.beginArray() }
        }
    }

    @Test func asDeepAsThereAreBits() throws {
        let made = text {
            for level in 0..<JSONBytes.maxDepth {
                if level.isMultiple(of: 2) {
                    $0.beginArray()
                } else {
                    $0.beginObject()
                    $0.name("n")
                }
            }
            $0.integer(1)
            for level in (0..<JSONBytes.maxDepth).reversed() {
                if level.isMultiple(of: 2) { $0.endArray() } else { $0.endObject() }
            }
        }
        #expect(try JSONParser.parse(made).compactText == made)
    }
}
