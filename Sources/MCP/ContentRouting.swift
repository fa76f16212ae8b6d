// The params of requests for resources, prompts and completions, read once into what they ask.
// Which method comes here is decided in Routing.swift.

import JSON

/// Reads params against what is offered.
struct ContentRouting: Sendable {
    let offer: ServerOffer

    func uri(in params: JSONObject) throws(ErrorAnswer) -> ResourceURI {
        guard let text = params["uri"]?.stringValue else {
            throw .invalidParams("params.uri must be a string: the resource's URI")
        }
        guard let uri = ResourceURI(text) else {
            throw .invalidParams(
                "params.uri must be a URI of at most \(MCPLimits.uriBytes) bytes")
        }
        return uri
    }

    /// The resource to hear of. One that cannot exist is answered as not there; whether one of the
    /// right form does exist is told to nobody who may not read it.
    func subscription(
        in params: JSONObject, _ version: ProtocolVersion
    ) throws(ErrorAnswer) -> ResourceURI {
        let uri = try uri(in: params)
        guard offer.covers(uri) else { throw .resourceNotFound(uri, version) }
        return uri
    }

    func prompt(in params: JSONObject) throws(ErrorAnswer) -> PromptRequest {
        guard let name = params["name"]?.stringValue else {
            throw .invalidParams("params.name must be a string: the prompt's name")
        }
        let listing = try listing(name)
        let given = params["arguments"] ?? [:]
        guard let members = given.objectValue else {
            throw .invalidParams("params.arguments must be an object, not \(given.kindName)")
        }
        var arguments: [String: String] = [:]
        for member in members {
            let name = member.name.clipped()
            guard listing.arguments.contains(where: { $0.name.isSameText(as: member.name) }) else {
                throw .invalidParams("Unknown argument of the prompt \(listing.name): \(name)")
            }
            guard let text = member.value.stringValue else {
                throw .invalidParams("params.arguments.\(name) must be a string")
            }
            arguments[member.name] = text
        }
        for argument in listing.arguments
        where argument.isRequired && arguments[argument.name] == nil {
            throw .invalidParams("params.arguments.\(argument.name) is missing")
        }
        return PromptRequest(name: listing.name, arguments: arguments)
    }

    func completion(in params: JSONObject) throws(ErrorAnswer) -> CompletionRequest {
        guard let reference = params["ref"]?.objectValue else {
            throw .invalidParams("params.ref must be an object: what to complete for")
        }
        guard let argument = params["argument"]?["name"]?.stringValue,
            let beginning = params["argument"]?["value"]?.stringValue
        else {
            throw .invalidParams(
                "params.argument must be an object with the strings name and value")
        }
        // It could narrow what is offered; here nothing depends on another argument.
        if let context = params["context"], context.objectValue == nil {
            throw .invalidParams("params.context must be an object, not \(context.kindName)")
        }
        let subject = try subject(of: reference, argument)
        return CompletionRequest(subject: subject, beginning: beginning)
    }

    private func subject(
        of reference: JSONObject, _ argument: String
    ) throws(ErrorAnswer) -> CompletionRequest.Subject {
        switch reference["type"]?.stringValue {
        case "ref/prompt":
            guard let name = reference["name"]?.stringValue else {
                throw .invalidParams("params.ref.name must be a string: the prompt's name")
            }
            let listing = try listing(name)
            guard listing.arguments.contains(where: { $0.name.isSameText(as: argument) }) else {
                throw .unknownArgument(argument, of: listing.name)
            }
            return .prompt(name: listing.name, argument: argument)
        case "ref/resource":
            guard let uri = reference["uri"]?.stringValue else {
                throw .invalidParams("params.ref.uri must be a string: a URI template")
            }
            let known = offer.resources.first { $0.uriTemplate.isSameText(as: uri) }
            guard let template = known else {
                throw .invalidParams("Unknown resource template: \(uri.clipped())")
            }
            guard template.variable.isSameText(as: argument) else {
                throw .unknownArgument(argument, of: template.uriTemplate)
            }
            return .resource(template)
        case _:
            throw .invalidParams("params.ref.type must be ref/prompt or ref/resource")
        }
    }

    private func listing(_ name: String) throws(ErrorAnswer) -> PromptListing {
        guard let listing = offer.prompts.first(where: { $0.name.isSameText(as: name) }) else {
            throw .unknownPrompt(name)
        }
        return listing
    }
}
