// Templates: what is filled in, what stays as it is, what is refused.

import Host
import JSON
import Testing

struct CatalogTemplateTests {
    private static let roots: JSONValue = [
        "arguments": [
            "title": "Cot", "count": 2, "price": .number(JSONNumber(validLexeme: "1.50")),
            "open": true, "note": nil, "list": [1, "a"], "a/b": "slash", "deep": ["x": ["y": 3]],
        ],
        "call": ["id": "call_1"],
    ]

    private func rendered(
        _ json: String, missing: ValueTemplate.Missing = .empty
    ) throws -> String {
        let template = try ValueTemplate(parsing: JSONParser.parse(json))
        return try template.render(Self.roots, missing: missing).compactText
    }

    private func refusal(_ json: String) throws -> String {
        let value = try JSONParser.parse(json)
        let error = #expect(throws: TemplateError.self) { try ValueTemplate(parsing: value) }
        return error.map { "\($0.pointer): \($0.message)" } ?? "accepted"
    }

    @Test(arguments: [
        (#"{"$from": "/arguments/count"}"#, "2"),
        (#"{"$from": "/arguments/list"}"#, #"[1,"a"]"#),
        (#"{"$from": "/arguments/list/1"}"#, #""a""#),
        (#"{"$from": "/arguments/a~1b"}"#, #""slash""#),
        (#"{"$from": "/arguments/none"}"#, "null"),
        (#"{"$from": "/arguments/note"}"#, "null"),
        (#""Task {/arguments/title} ({/arguments/count})""#, #""Task Cot (2)""#),
        (#""{/arguments/price} {/arguments/open} {/arguments/note}|""#, #""1.50 true |""#),
        (#""{/arguments/list} {/arguments/deep}""#, ##""[1,\"a\"] {\"x\":{\"y\":3}}""##),
        (#""{/arguments/none}""#, #""""#),
        (#""{{/arguments/title} }} {{{/arguments/title}""#, #""{/arguments/title} }} {Cot""#),
        (#"["{{", {"a": "{{"}]"#, #"["{",{"a":"{"}]"#),
        (#"{"a": [1, {"$from": "/call/id"}], "b": {"c": null}}"#,
            #"{"a":[1,"call_1"],"b":{"c":null}}"#),
        (#"{"{/arguments/title}": 1}"#, #"{"{/arguments/title}":1}"#),
        ("12.50", "12.50"), (#""""#, #""""#), ("[]", "[]"),
    ])
    func renders(json: String, result: String) throws {
        #expect(try rendered(json) == result)
    }

    @Test func missingValuesMayBeRefused() throws {
        let error = #expect(throws: TemplateError.self) {
            try self.rendered(#"{"a": "x {/arguments/none}"}"#, missing: .refused)
        }
        #expect(error?.pointer.description == "/a")
        #expect(error?.message == "there is no value at /arguments/none; supply it")
        // Null is a value that is there.
        #expect(try rendered(#"{"$from": "/arguments/note"}"#, missing: .refused) == "null")
    }

    @Test(arguments: [
        (#"{"$from": "/a", "b": 1}"#,
            ": `$from` stands alone in its map; remove the other keys"),
        (#"[{"$from": 1}]"#,
            "/0/$from: `$from` takes a pointer such as /arguments/title, but integer is here"),
        (#"{"$from": "arguments"}"#,
            "/$from: `arguments`: a JSON pointer is empty or starts with \"/\"; "
                + "put a slash in front"),
        (#"{"$from": ""}"#,
            "/$from: a pointer names a place such as /arguments/title; this is empty"),
        (#"{"a": "{arguments/title}"}"#,
            "/a: the `{` in \"{arguments/title}\" begins no pointer such as {/arguments/title}; "
                + "for the brace itself write {{"),
        (#""open {/arguments""#,
            ": the `{` in \"open {/arguments\" begins no pointer such as {/arguments/title}; "
                + "for the brace itself write {{"),
        (#""{/a~2}""#,
            ": `/a~2`: the \"~\" at byte 2 must be written \"~0\" (\"~1\" stands for \"/\")"),
    ])
    func refuses(json: String, message: String) throws {
        #expect(try refusal(json) == message)
    }

    @Test func pointersAreListedInOrder() throws {
        let template = try ValueTemplate(
            parsing: ["b": "{/arguments/x} {/call/id}", "a": ["$from": "/arguments/y"]])
        #expect(
            template.pointers.map(\.description) == ["/arguments/x", "/call/id", "/arguments/y"])
        #expect(template.references.map(\.place.description) == ["/b", "/b", "/a/$from"])
        #expect(template.memberNames == ["b", "a"])
    }

    @Test func whatItMakesHasALimit() throws {
        let most = CatalogLimits.maxRenderedBytes
        let template = try ValueTemplate(parsing: "{/arguments}")
        let fits: JSONValue = ["arguments": .string(String(repeating: "x", count: most))]
        let beyond: JSONValue = ["arguments": .string(String(repeating: "x", count: most + 1))]
        #expect(try template.renderText(fits).utf8.count == most)
        #expect(throws: TemplateError.self) { try template.renderText(beyond) }
        let references = String(repeating: "{/a}", count: CatalogLimits.maxReferences)
        #expect(throws: Never.self) { try ValueTemplate(parsing: .string(references)) }
        #expect(throws: TemplateError.self) {
            try ValueTemplate(parsing: .string(references + "{/a}"))
        }
    }

    @Test func pointersAreHeldAgainstSchemas() throws {
        let input: JSONValue = [
            "properties": ["title": ["type": "string"], "open": ["$ref": "#/x"]]
        ]
        func faults(_ pointers: String...) throws -> [String] {
            let template = try ValueTemplate(
                parsing: .array(pointers.map { ["$from": .string($0)] }))
            return template.problems(TemplateRoots(input: input)).map {
                "\($0.pointer): \($0.message)"
            }
        }
        #expect(
            try faults("/arguments/title", "/arguments/open/any", "/call/id", "/arguments") == [])
        #expect(
            try faults("/arguments/titel", "/result/x", "/call/run", "/arguments/zzzzzzzz") == [
                "/0/$from: `/arguments/titel` is not in the input schema; "
                    + "did you mean \"title\"?",
                "/1/$from: `/result/x` begins at no root; the roots here are /arguments, /call/id",
                "/2/$from: `/call/run` is not there; /call has only id",
                "/3/$from: `/arguments/zzzzzzzz` is not in the input schema, "
                    + "which declares no `zzzzzzzz`",
            ])
    }
}
