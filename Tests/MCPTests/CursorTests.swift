// Cursors: opaque, ours alone, and of one list each; pages that go on where the last one ended.

import Foundation
import JSON
import MCP
import Testing

struct CursorTests {
    private let lists = [
        "tools/list", "resources/list", "resources/templates/list", "prompts/list",
    ]

    private func tools(_ count: Int) -> [ToolListing] {
        (1...count).map { number in
            let digits = String(1000 + number)
            return ToolListing(
                name: "t\(digits)", description: "Does.", inputSchema: ["type": "object"],
                annotations: Sample.annotations)
        }
    }

    private func page(
        _ tools: [ToolListing], _ params: String = "", on pipe: inout Pipe
    ) throws -> (names: [String], cursor: String?) {
        pipe.client(Say.modern("1", "tools/list", params))
        pipe.answer(try pipe.list(), .tools(tools))
        let result = pipe.next()?["result"]
        let names = result?["tools"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
        return (names ?? [], result?["nextCursor"]?.stringValue)
    }

    @Test(arguments: [#""""#, #""next""#, "7", "{}", #""00""#, #""zz""#])
    func whatWasNeverGivenOutIsABadCursor(_ cursor: String) {
        for version in ProtocolVersion.allCases {
            for list in lists {
                var pipe = Pipe.speaking(version)
                pipe.client(Say.request(version, "1", list, #","cursor":\#(cursor)"#))
                pipe.error(-32602, id: 1, "Invalid cursor")
                pipe.silence()
                #expect(pipe.session.inFlight == 0)
            }
        }
    }

    @Test(arguments: ProtocolVersion.allCases)
    func aCursorThatIsNullIsNone(_ version: ProtocolVersion) throws {
        for list in lists {
            var pipe = Pipe.speaking(version)
            pipe.client(Say.request(version, "1", list, #","cursor":null"#))
            switch list {
            case "tools/list": pipe.answer(try pipe.list(), .tools(tools(1)))
            case "resources/list":
                let handle = try pipe.asked(.resourceList(after: nil))
                pipe.answer(handle, .resources(ResourcePage([], next: nil)))
            case _: break
            }
            Shape.result(pipe.next(), of: version, cacheable: true)
            pipe.silence()
        }
    }

    @Test func aUsualCatalogIsOnePageAndALongerOneGoesOn() throws {
        let limit = MCPLimits.toolsPerPage
        var pipe = Pipe()
        let whole = try page(tools(limit), on: &pipe)
        #expect(whole.names.count == limit && whole.cursor == nil)
        let first = try page(tools(limit + 1), on: &pipe)
        #expect(first.names.count == limit)
        let cursor = try #require(first.cursor)
        let rest = try page(tools(limit + 1), #","cursor":"\#(cursor)""#, on: &pipe)
        #expect(rest.names == ["t\(1000 + limit + 1)"])
        #expect(rest.cursor == nil)
        pipe.silence()
    }

    @Test func aPageGoesOnThoughTheListHasChanged() throws {
        let limit = MCPLimits.toolsPerPage
        var pipe = Pipe()
        let all = tools(limit + 2)
        let cursor = try #require(try page(all, on: &pipe).cursor)
        // The last of the first page has gone, and one before it.
        let fewer = all.filter { $0.name != "t\(1000 + limit)" && $0.name != "t1001" }
        let rest = try page(fewer, #","cursor":"\#(cursor)""#, on: &pipe)
        #expect(rest.names == ["t\(1000 + limit + 1)", "t\(1000 + limit + 2)"])
    }

    @Test func aCursorIsOfOneListAndWhole() throws {
        var pipe = Pipe()
        let cursor = try #require(
            try page(tools(MCPLimits.toolsPerPage + 1), on: &pipe).cursor)
        var changed = [String(cursor.dropLast()), String(cursor.dropLast(2)), cursor + "00",
            String(cursor.dropFirst(2)), cursor.uppercased()]
        for index in cursor.indices {
            let digit: Character = cursor[index] == "0" ? "1" : "0"
            changed.append(cursor.replacingCharacters(in: index...index, with: String(digit)))
        }
        for wrong in changed where wrong != cursor {
            pipe.client(Say.modern("2", "tools/list", #","cursor":"\#(wrong)""#))
            pipe.error(-32602, id: 2, "Invalid cursor")
        }
        for list in lists where list != "tools/list" {
            pipe.client(Say.modern("3", list, #","cursor":"\#(cursor)""#))
            pipe.error(-32602, id: 3, "Invalid cursor")
        }
        pipe.silence()
    }

    @Test func aCursorIsReadUpToTheLimit() throws {
        // Four bytes of check, "resources:" and the position, two digits a byte.
        let longest = MCPLimits.cursorBytes / 2 - 4 - "resources:".utf8.count
        for (count, isRead) in [(longest, true), (longest + 1, false)] {
            var pipe = Pipe()
            pipe.client(Say.modern("1", "resources/list"))
            let position = PagePosition(String(repeating: "p", count: count))
            let made = ResourcePage([], next: position)
            pipe.answer(try pipe.asked(.resourceList(after: nil)), .resources(made))
            let cursor = pipe.next()?["result"]?["nextCursor"]?.stringValue ?? ""
            pipe.client(Say.modern("2", "resources/list", #","cursor":"\#(cursor)""#))
            if isRead {
                _ = try pipe.asked(.resourceList(after: position))
            } else {
                pipe.error(-32602, id: 2, "Invalid cursor")
            }
            pipe.silence()
        }
    }
}
