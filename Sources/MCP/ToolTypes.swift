// What the host says about its tools and their results, free of any protocol version. The session
// leaves out what a client's version does not know.

package import JSON

/// A tool as `tools/list` shows it.
package struct ToolListing: Hashable, Sendable {
    package var name: String
    package var title: String?
    package var description: String
    package var inputSchema: JSONValue
    package var outputSchema: JSONValue?
    package var annotations: ToolAnnotations

    package init(
        name: String, title: String? = nil, description: String, inputSchema: JSONValue,
        outputSchema: JSONValue? = nil, annotations: ToolAnnotations
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
        self.annotations = annotations
    }
}

/// What a client may expect of calling a tool. All four are always said: clients key their own
/// confirmation dialogues off them, and the protocol's defaults are the frightening ones.
package struct ToolAnnotations: Hashable, Sendable {
    package var readOnlyHint: Bool
    package var destructiveHint: Bool
    package var idempotentHint: Bool
    package var openWorldHint: Bool

    package init(
        readOnlyHint: Bool, destructiveHint: Bool, idempotentHint: Bool, openWorldHint: Bool
    ) {
        self.readOnlyHint = readOnlyHint
        self.destructiveHint = destructiveHint
        self.idempotentHint = idempotentHint
        self.openWorldHint = openWorldHint
    }
}

/// What a call came to, as the model is to see it.
package struct ToolResult: Hashable, Sendable {
    package var textBlocks: [String]
    package var structuredContent: JSONObject?
    package var isError: Bool
    package var meta: JSONObject

    package init(
        textBlocks: [String], structuredContent: JSONObject? = nil, isError: Bool,
        meta: JSONObject = [:]
    ) {
        self.textBlocks = textBlocks
        self.structuredContent = structuredContent
        self.isError = isError
        self.meta = meta
    }
}
