// An object's members in the order they were written. Names are told apart by their bytes.

/// The members of a JSON object: unique names, order kept, equality that ignores order.
package struct JSONObject: Sendable {
    package struct Member: Sendable {
        package let name: String
        package var value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var members: [Member]

    /// Where each name stands, kept only above `searchedCount` members: below it a search is
    /// cheaper, and most objects are small.
    private var positions: [NameKey: Int]?

    private static let searchedCount = 16

    package init() { members = [] }

    /// Makes an object of `pairs`; of two pairs with one name the later wins.
    package init(_ pairs: [(String, JSONValue)]) {
        members = []
        members.reserveCapacity(pairs.count)
        for (name, value) in pairs { self[name] = value }
    }

    /// Makes an object of members whose names the caller has already found to be unique.
    package init(uniqueMembers: [Member]) {
        members = uniqueMembers
        indexIfLarge()
    }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    package var names: [String] { members.map(\.name) }

    package func contains(_ name: String) -> Bool { index(of: name) != nil }

    package subscript(name: String) -> JSONValue? {
        get { index(of: name).map { members[$0].value } }
        set {
            switch (index(of: name), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): remove(at: index)
            case (nil, let value?): append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Adds a member whose name the caller has already found to be new.
    mutating func append(_ member: Member) {
        members.append(member)
        if positions == nil {
            indexIfLarge()
        } else {
            positions?[NameKey(name: member.name)] = members.count - 1
        }
    }

    private mutating func remove(at index: Int) {
        members.remove(at: index)
        // Every later member has moved.
        positions = nil
        indexIfLarge()
    }

    private mutating func indexIfLarge() {
        guard members.count > JSONObject.searchedCount else { return }
        var fresh: [NameKey: Int] = [:]
        fresh.reserveCapacity(members.count)
        for (index, member) in members.enumerated() { fresh[NameKey(name: member.name)] = index }
        positions = fresh
    }

    private func index(of name: String) -> Int? {
        if let positions { return positions[NameKey(name: name)] }
        return members.firstIndex { $0.name.isSameText(as: name) }
    }
}

/// A member name as a dictionary key that is compared by its bytes.
private struct NameKey: Hashable, Sendable {
    let name: String

    static func == (left: NameKey, right: NameKey) -> Bool { left.name.isSameText(as: right.name) }

    func hash(into hasher: inout Hasher) { name.hashText(into: &hasher) }
}

extension JSONObject: Sequence {
    package func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count
            && left.members.allSatisfy { right[$0.name] == Optional($0.value) }
    }

    package func hash(into hasher: inout Hasher) {
        // Order does not matter to equality, so it must not matter here: hash the names sorted.
        hasher.combine(count)
        let sorted = members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        for member in sorted {
            member.name.hashText(into: &hasher)
            hasher.combine(member.value)
        }
    }
}
