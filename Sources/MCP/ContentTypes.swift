// What a server offers besides tools (resources, prompts, completions) as plain values, free of any
// protocol version. Asking for them and writing them down are done elsewhere.

/// What the server says of itself before anybody asks for content: fixed for its life.
package struct ServerOffer: Hashable, Sendable {
    package var resources: [ResourceTemplate]
    package var prompts: [PromptListing]

    package init(resources: [ResourceTemplate], prompts: [PromptListing]) {
        self.resources = resources
        self.prompts = prompts
    }

    /// Whether `uri` has the form of something that is served; whether it exists is the host's to
    /// say.
    func covers(_ uri: ResourceURI) -> Bool { resources.contains { $0.covers(uri) } }
}

/// The name of a resource, in the characters that a URI may have.
package struct ResourceURI: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// Nil for what is no URI, or too long to be one of ours.
    package init?(_ text: String) {
        let isPrintable = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isPrintable, text.isEmpty == false, text.utf8.count <= MCPLimits.uriBytes else {
            return nil
        }
        self.text = text
    }

    package var description: String { text }
}

/// A family of resources that differ in the last part of their URI.
package struct ResourceTemplate: Hashable, Sendable {
    /// Everything before the variable.
    package var prefix: String
    package var variable: String
    package var name: String
    package var title: String
    package var description: String
    package var mimeType: String

    package init(
        prefix: String, variable: String, name: String, title: String, description: String,
        mimeType: String
    ) {
        self.prefix = prefix
        self.variable = variable
        self.name = name
        self.title = title
        self.description = description
        self.mimeType = mimeType
    }

    package var uriTemplate: String { "\(prefix){\(variable)}" }

    /// The rest is one or more of the characters that a URI never escapes.
    fileprivate func covers(_ uri: ResourceURI) -> Bool {
        guard uri.text.utf8.starts(with: prefix.utf8) else { return false }
        let rest = uri.text.utf8.dropFirst(prefix.utf8.count)
        return rest.isEmpty == false && rest.allSatisfy(Self.isUnreserved)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || "-._~".utf8.contains(byte)
    }
}

/// A resource as `resources/list` shows it.
package struct ResourceListing: Hashable, Sendable {
    package var uri: ResourceURI
    package var name: String
    package var title: String?
    package var description: String?
    package var mimeType: String

    package init(
        uri: ResourceURI, name: String, title: String?, description: String?, mimeType: String
    ) {
        self.uri = uri
        self.name = name
        self.title = title
        self.description = description
        self.mimeType = mimeType
    }
}

/// Where a page of a list ended: the host's own mark, which clients see only inside a cursor.
package struct PagePosition: Hashable, Sendable {
    package let text: String
    package init(_ text: String) { self.text = text }
}

package struct ResourcePage: Hashable, Sendable {
    package var listings: [ResourceListing]
    /// Nil on the last page. A page may be empty and still not be the last.
    package var next: PagePosition?

    package init(_ listings: [ResourceListing], next: PagePosition?) {
        self.listings = listings
        self.next = next
    }
}

/// What a resource says now.
package struct ResourceContent: Hashable, Sendable {
    package var mimeType: String
    package var text: String

    package init(mimeType: String, text: String) {
        self.mimeType = mimeType
        self.text = text
    }
}

/// A prompt as `prompts/list` shows it.
package struct PromptListing: Hashable, Sendable {
    package struct Argument: Hashable, Sendable {
        package var name: String
        package var title: String?
        package var description: String
        package var isRequired: Bool

        package init(name: String, title: String?, description: String, isRequired: Bool) {
            self.name = name
            self.title = title
            self.description = description
            self.isRequired = isRequired
        }
    }

    package var name: String
    package var title: String
    package var description: String
    package var arguments: [Argument]

    package init(name: String, title: String, description: String, arguments: [Argument]) {
        self.name = name
        self.title = title
        self.description = description
        self.arguments = arguments
    }
}

/// A prompt that exists, with every argument that it needs and none that it does not know.
package struct PromptRequest: Hashable, Sendable {
    package var name: String
    package var arguments: [String: String]

    package init(name: String, arguments: [String: String]) {
        self.name = name
        self.arguments = arguments
    }
}

/// What a prompt came to.
package struct PromptContent: Hashable, Sendable {
    package var description: String?
    /// Each as if the user had said it.
    package var userTexts: [String]

    package init(description: String?, userTexts: [String]) {
        self.description = description
        self.userTexts = userTexts
    }
}

/// The beginning of a value of which the client wants to hear the rest.
package struct CompletionRequest: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        /// An argument of a prompt that exists and has it.
        case prompt(name: String, argument: String)
        /// The variable of a template that is offered.
        case resource(ResourceTemplate)
    }
    package var subject: Subject
    package var beginning: String

    package init(subject: Subject, beginning: String) {
        self.subject = subject
        self.beginning = beginning
    }
}

package struct Completion: Hashable, Sendable {
    /// The best first. More than a client may be given are cut off.
    package var values: [String]
    /// How many there are in all; nil where nobody counted so far.
    package var total: Int?

    package init(values: [String], total: Int?) {
        self.values = values
        self.total = total
    }
}

/// Something of what is served that is not what it was.
package enum ServedChange: Hashable, Sendable {
    case tools
    /// There are other resources to list than before.
    case resourceList
    case resource(ResourceURI)
    /// A task is not as it was, and now is so.
    case task(TaskView)
}

/// What clients want to hear of, so that a host looks for nothing else.
package struct WatchedResources: Hashable, Sendable {
    package var includesList: Bool
    package var uris: Set<ResourceURI>
    package var tasks: Set<TaskID>

    package init(
        includesList: Bool = false, uris: Set<ResourceURI> = [], tasks: Set<TaskID> = []
    ) {
        self.includesList = includesList
        self.uris = uris
        self.tasks = tasks
    }

    package var isEmpty: Bool { includesList == false && uris.isEmpty && tasks.isEmpty }
}
