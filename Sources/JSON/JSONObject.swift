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

    private static let searchedCount = 32

    package init() { members = [] }

    /// Makes an object of `pairs`; of two pairs with one name the later wins.
    package init(_ pairs: [(String, JSONValue)]) {
        members = []
        members.reserveCapacity(pairs.count)
        var names = NameSketch()
        for (name, value) in pairs {
            if names.insert(name) {
                append(Member(name: name, value: value))
            } else {
                self[name] = value
            }
        }
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

    mutating func reserveCapacity(_ count: Int) { members.reserveCapacity(count) }

    /// Adds a member whose name the caller has already found to be new.
    mutating func append(_ member: consuming Member) {
        members.append(member)
        let last = members.count - 1
        guard last >= JSONObject.searchedCount else { return }
        if positions == nil {
            indexIfLarge()
        } else {
            positions?[NameKey(name: members[last].name)] = last
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
        let members = members.span
        let count = name.utf8.count
        for index in members.indices
        where members[index].name.utf8.count == count
            && members[index].name.hasSameBytes(as: name)
        {
            return index
        }
        return nil
    }
}

/// What is known of many names without holding them: one bit of 64 for each.
struct NameSketch {
    private var bits: UInt64 = 0

    /// Adds `name`.
    /// - Returns: true where it is certainly new; false where only a search can tell.
    @inline(__always)
    mutating func insert(_ name: String) -> Bool {
        let bit: UInt64 = name.withBytes { utf8 in
            guard let first = utf8.first, let last = utf8.last else { return 1 }
            // The shift takes the number modulo 64.
            return 1 &<< (UInt64(first) + UInt64(last) * 5 + UInt64(utf8.count) * 11)
        }
        defer { bits |= bit }
        return bits & bit == 0
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
