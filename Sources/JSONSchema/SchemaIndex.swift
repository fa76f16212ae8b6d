// Finds every schema inside the documents and gives it a number; knows the names that references
// use. What the keywords ask for is read in SchemaCompiler.swift.
import JSON

/// One schema at its place in a document.
struct SchemaSite: Sendable {
    let place: SchemaPlace
    let value: JSONValue
    let resource: Int
}

struct SchemaPlace: Hashable, Sendable {
    let document: Int
    let path: JSONPointer

    func appending(_ token: String) -> SchemaPlace {
        SchemaPlace(document: document, path: path.appending(token))
    }
}

/// A schema with a URI of its own, and the anchors that are looked up under it.
struct SchemaResource: Sendable {
    let base: URIReference
    let root: SchemaPlace
    let dialect: SchemaDialect
    var anchors: [String: Int] = [:]
    var dynamicAnchors: [String: Int] = [:]
}

struct SchemaIndex {
    private(set) var sites: [SchemaSite] = []
    private(set) var resources: [SchemaResource] = []
    private var siteAt: [SchemaPlace: Int] = [:]
    private var resourceNamed: [String: Int] = [:]
    private var documents: [JSONValue] = []
    private let registry: [String: JSONValue]
    private let limits: SchemaLimits

    init(registry: [String: JSONValue], limits: SchemaLimits) {
        self.registry = registry
        self.limits = limits
    }

    /// Takes in a whole document, known under `uri`; its root schema's number is returned.
    mutating func add(_ document: JSONValue, uri: String) throws(SchemaError) -> Int {
        documents.append(document)
        let place = SchemaPlace(document: documents.count - 1, path: .root)
        let base = URIReference(uri)
        let dialect = try dialect(of: document, inherited: .standard, at: place)
        resources.append(SchemaResource(base: base, root: place, dialect: dialect))
        resourceNamed[base.resource] = resources.count - 1
        let root = try add(document, at: place, resource: resources.count - 1, depth: 0)
        // A root with an $id is one resource under two names.
        resourceNamed[base.resource] = sites[root].resource
        return root
    }

    /// The number of the schema at `place`, if one was found there.
    func site(at place: SchemaPlace) -> Int? { siteAt[place] }

    private mutating func add(
        _ value: JSONValue, at place: SchemaPlace, resource: Int, depth: Int
    ) throws(SchemaError) -> Int {
        if let known = siteAt[place] { return known }
        guard depth <= limits.schemaDepth else {
            throw SchemaError(
                place.path, "schemas nest deeper than \(limits.schemaDepth); move inner ones to "
                    + "$defs and refer to them")
        }
        guard sites.count < limits.schemaCount else {
            throw SchemaError(
                place.path, "there are more than \(limits.schemaCount) schemas; split the document")
        }
        var resource = resource
        if let object = value.objectValue {
            resource = try resourceOwning(object, at: place, outer: resource)
        } else if value.boolValue == nil {
            throw SchemaError(
                place.path, "a schema is an object, true or false, and this is "
                    + "\(Wording.aKind(of: value)); put {...} around what it should say")
        }
        let index = sites.count
        sites.append(SchemaSite(place: place, value: value, resource: resource))
        siteAt[place] = index
        if let object = value.objectValue {
            try addAnchors(object, site: index, resource: resource)
            try addChildren(object, at: place, resource: resource, depth: depth)
        }
        return index
    }

    /// The resource a schema belongs to: its own where it has an `$id`, else the one around it.
    private mutating func resourceOwning(
        _ object: JSONObject, at place: SchemaPlace, outer: Int
    ) throws(SchemaError) -> Int {
        guard let id = object["$id"] else { return outer }
        guard let text = id.stringValue, URIReference(text).fragment ?? "" == "" else {
            throw SchemaError(
                place.path.appending("$id"),
                "$id must be a URI without a fragment; use $anchor to name a place")
        }
        let base = URIReference(text).resolved(against: resources[outer].base)
        if let other = resourceNamed[base.resource], resources[other].root != place {
            throw SchemaError(
                place.path.appending("$id"),
                "\"\(base.resource)\" is the $id of another schema too; give each its own")
        }
        let dialect = try dialect(
            of: .object(object), inherited: resources[outer].dialect, at: place)
        resources.append(SchemaResource(base: base, root: place, dialect: dialect))
        resourceNamed[base.resource] = resources.count - 1
        return resources.count - 1
    }

    private func dialect(
        of value: JSONValue, inherited: SchemaDialect, at place: SchemaPlace
    ) throws(SchemaError) -> SchemaDialect {
        guard let name = value["$schema"] else { return inherited }
        let pointer = place.path.appending("$schema")
        guard let uri = name.stringValue else {
            throw SchemaError(
                pointer, "$schema must be a text; write \"\(SchemaDialect.standardURI)\"")
        }
        return try SchemaDialect.named(uri, registry: registry, at: pointer)
    }

    private mutating func addAnchors(
        _ object: JSONObject, site: Int, resource: Int
    ) throws(SchemaError) {
        for keyword in ["$anchor", "$dynamicAnchor"] {
            guard let value = object[keyword] else { continue }
            let path = sites[site].place.path.appending(keyword)
            guard let name = value.stringValue, !name.isEmpty else {
                throw SchemaError(path, "\(keyword) must be a name; write a text such as \"node\"")
            }
            if let other = resources[resource].anchors[name], other != site {
                throw SchemaError(
                    path, "\"\(name)\" already names \(sites[other].place.path); choose another")
            }
            resources[resource].anchors[name] = site
            if keyword == "$dynamicAnchor" { resources[resource].dynamicAnchors[name] = site }
        }
    }

    private mutating func addChildren(
        _ object: JSONObject, at place: SchemaPlace, resource: Int, depth: Int
    ) throws(SchemaError) {
        for member in object {
            let inner = place.appending(member.name)
            switch SchemaShape.of(member.name) {
            case .none: break
            case .one: _ = try add(member.value, at: inner, resource: resource, depth: depth + 1)
            case .list:
                guard let items = member.value.arrayValue else {
                    throw SchemaError(
                        inner.path, "\(member.name) must be a list of schemas; put [...] around it")
                }
                for (index, item) in items.enumerated() {
                    let place = inner.appending(String(index))
                    _ = try add(item, at: place, resource: resource, depth: depth + 1)
                }
            case .map:
                guard let members = member.value.objectValue else {
                    throw SchemaError(
                        inner.path, "\(member.name) must be an object that gives each name a "
                            + "schema; write {\"name\": {...}}")
                }
                for entry in members {
                    let place = inner.appending(entry.name)
                    _ = try add(entry.value, at: place, resource: resource, depth: depth + 1)
                }
            }
        }
    }
}

/// How a keyword holds schemas.
private enum SchemaShape {
    case none, one, list, map

    static func of(_ keyword: String) -> SchemaShape {
        switch keyword {
        case "additionalProperties", "propertyNames", "items", "contains", "not", "if", "then",
            "else", "unevaluatedItems", "unevaluatedProperties", "contentSchema":
            .one
        case "allOf", "anyOf", "oneOf", "prefixItems": .list
        case "properties", "patternProperties", "dependentSchemas", "$defs": .map
        case _: .none
        }
    }
}

extension SchemaIndex {
    /// The schema that a `$ref` or `$dynamicRef` at `pointer` means, and the anchor's name where
    /// it was found by an anchor. Documents of the registry are taken in when first named.
    mutating func resolve(
        _ reference: String, from site: Int, at pointer: JSONPointer
    ) throws(SchemaError) -> (site: Int, anchor: String?) {
        let base = resources[sites[site].resource].base
        let target = URIReference(reference).resolved(against: base)
        let resource = try resource(named: target.resource, reference, at: pointer)
        let fragment = URIReference(reference).fragment ?? ""
        if fragment.isEmpty || fragment.hasPrefix("/") {
            return (try self.site(fragment, in: resource, reference, at: pointer), nil)
        }
        guard let site = resources[resource].anchors[fragment] else {
            let names = resources[resource].anchors.keys.sorted()
            throw SchemaError(
                pointer, "\"\(reference)\" leads nowhere: no schema has the $anchor "
                    + "\"\(fragment)\"" + Wording.didYouMean(fragment, among: names)
                    + "; add it, or correct the reference")
        }
        return (site, fragment)
    }

    private mutating func resource(
        named uri: String, _ reference: String, at pointer: JSONPointer
    ) throws(SchemaError) -> Int {
        if let known = resourceNamed[uri] { return known }
        let isStandard = uri == SchemaDialect.standardURI
        guard let document = registry[uri] ?? (isStandard ? .some(MetaSchema.value) : .none) else {
            throw SchemaError(
                pointer, "\"\(reference)\" is not in this document, and nothing is fetched from "
                    + "elsewhere; copy the schema into $defs and refer to \"#/$defs/NAME\"")
        }
        return sites[try add(document, uri: uri)].resource
    }

    private mutating func site(
        _ fragment: String, in resource: Int, _ reference: String, at pointer: JSONPointer
    ) throws(SchemaError) -> Int {
        let root = resources[resource].root
        var inner = JSONPointer.root
        do throws(JSONPointerError) {
            inner = try JSONPointer(parsing: fragment)
        } catch {
            throw SchemaError(pointer, "\"\(reference)\" cannot be followed: \(error.message)")
        }
        let place = SchemaPlace(
            document: root.document, path: root.path.appending(inner))
        if let known = siteAt[place] { return known }
        guard let value = place.path.resolve(in: documents[place.document]) else {
            throw SchemaError(
                pointer, "\"\(reference)\" leads nowhere: there is nothing at \"\(fragment)\"; "
                    + "add it, or correct the reference")
        }
        // A place that no keyword makes a schema becomes one by being referred to.
        return try add(value, at: place, resource: owner(of: place) ?? resource, depth: 0)
    }

    /// The resource of the innermost known schema around `place`.
    private func owner(of place: SchemaPlace) -> Int? {
        var tokens = place.path.tokens
        while tokens.popLast() != nil {
            let outer = SchemaPlace(
                document: place.document, path: JSONPointer(tokens: tokens))
            if let site = siteAt[outer] { return sites[site].resource }
        }
        return nil
    }
}
