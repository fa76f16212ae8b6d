// Resources, prompts and completions as one protocol version knows them. Tools, and what every
// result says of itself, are in ResultEncoder.swift.

import JSON

extension ResultEncoder {
    func resources(_ page: ResourcePage) -> JSONObject {
        var result: JSONObject = ["resources": .array(page.listings.map(resource))]
        result["nextCursor"] = page.next.map { .string($0.cursor(of: .resources)) }
        // A list of a profile's own runs, which any call makes longer.
        return complete(result, cacheFor: CacheMs.journal, scope: .ownProfile)
    }

    func templates(_ templates: [ResourceTemplate]) -> JSONObject {
        let encoded = templates.map { template -> JSONValue in
            var encoded: JSONObject = [
                "uriTemplate": .string(template.uriTemplate), "name": .string(template.name),
            ]
            if version.hasTitles { encoded["title"] = .string(template.title) }
            encoded["description"] = .string(template.description)
            encoded["mimeType"] = .string(template.mimeType)
            return .object(encoded)
        }
        return complete(
            ["resourceTemplates": .array(encoded)], cacheFor: CacheMs.offer, scope: .everybody)
    }

    func content(_ content: ResourceContent, of uri: ResourceURI) -> JSONObject {
        let contents: JSONValue = [
            [
                "uri": .string(uri.text), "mimeType": .string(content.mimeType),
                "text": .string(content.text),
            ]
        ]
        return complete(["contents": contents], cacheFor: CacheMs.journal, scope: .ownProfile)
    }

    func prompts(_ prompts: [PromptListing]) -> JSONObject {
        complete(
            ["prompts": .array(prompts.map(prompt))], cacheFor: CacheMs.offer, scope: .everybody)
    }

    func prompt(_ content: PromptContent) -> JSONObject {
        var result: JSONObject = [:]
        result["description"] = content.description.map(JSONValue.string)
        let messages = content.userTexts.map { text -> JSONValue in
            ["role": "user", "content": ["type": "text", "text": .string(text)]]
        }
        result["messages"] = .array(messages)
        return complete(result)
    }

    func completion(_ completion: Completion) -> JSONObject {
        let values = completion.values.prefix(MCPLimits.completionValues)
        var encoded: JSONObject = ["values": .array(values.map(JSONValue.string))]
        encoded["total"] = completion.total.map(JSONValue.integer)
        encoded["hasMore"] = .bool(completion.total.map { $0 > values.count } ?? true)
        return complete(["completion": .object(encoded)])
    }

    /// The response that ends a subscription, named by the id it was opened with.
    func subscriptionEnd(_ id: RequestID) -> JSONObject {
        complete(["_meta": .object([MetaKey.subscriptionID: id.value])])
    }

    private func resource(_ listing: ResourceListing) -> JSONValue {
        var encoded: JSONObject = [
            "uri": .string(listing.uri.text), "name": .string(listing.name),
        ]
        if version.hasTitles { encoded["title"] = listing.title.map(JSONValue.string) }
        encoded["description"] = listing.description.map(JSONValue.string)
        encoded["mimeType"] = .string(listing.mimeType)
        return .object(encoded)
    }

    private func prompt(_ listing: PromptListing) -> JSONValue {
        var encoded: JSONObject = ["name": .string(listing.name)]
        if version.hasTitles { encoded["title"] = .string(listing.title) }
        encoded["description"] = .string(listing.description)
        let arguments = listing.arguments.map { argument -> JSONValue in
            var encoded: JSONObject = ["name": .string(argument.name)]
            if version.hasTitles { encoded["title"] = argument.title.map(JSONValue.string) }
            encoded["description"] = .string(argument.description)
            encoded["required"] = .bool(argument.isRequired)
            return .object(encoded)
        }
        encoded["arguments"] = .array(arguments)
        return .object(encoded)
    }
}
