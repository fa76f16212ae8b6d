// What the servers of these tests offer besides tools, and content that says something in every
// field. No test lives here.

import JSON
import MCP

enum Offer {
    static let runs = template("runs")
    static let calls = template("calls")

    private static func template(_ name: String) -> ResourceTemplate {
        ResourceTemplate(
            prefix: "holdfast://\(name)/", variable: "id", name: name, title: "Title of \(name)",
            description: "About \(name).", mimeType: "application/json")
    }

    static let resume = PromptListing(
        name: "resume_run", title: "Resume a run", description: "Says where a run stands.",
        arguments: [
            PromptListing.Argument(
                name: "run_id", title: "Run", description: "The run.", isRequired: true),
            PromptListing.Argument(
                name: "style", title: nil, description: "How.", isRequired: false),
        ])

    static let all = ServerOffer(resources: [runs, calls], prompts: [resume])

    static let page = ResourcePage(
        [
            ResourceListing(
                uri: uri("run_2"), name: "run_2", title: "Serve tea", description: "open",
                mimeType: "application/json"),
            ResourceListing(
                uri: uri("run_1"), name: "run_1", title: nil, description: nil,
                mimeType: "application/json"),
        ], next: PagePosition("run_1"))

    static func uri(_ id: String, of family: String = "runs") -> ResourceURI {
        guard let uri = ResourceURI("holdfast://\(family)/\(id)") else {
            preconditionFailure("the tests' own URIs are good ones")
        }
        return uri
    }

    static let content = ResourceContent(mimeType: "application/json", text: #"{"run_id":"run_1"}"#)
    static let prompt = PromptContent(description: "Where run_1 stands", userTexts: ["Go on."])
}

extension ServerOffer {
    static let nothing = ServerOffer(resources: [], prompts: [])
}
