// A pattern made into instructions for the matcher (PatternMatcher.swift). Built once, then fixed.

enum PatternInstruction: Sendable {
    /// Takes one scalar of the set with this index and goes on to the next instruction.
    case set(Int)
    case split(Int, Int)
    case jump(Int)
    case textStart
    case textEnd
    case wordBoundary(Bool)
    case match
}

/// A compiled pattern. Its matching time grows with text × instructions and no faster.
struct Pattern: Sendable {
    let source: String
    let isAnchored: Bool
    private(set) var instructions: [PatternInstruction] = []
    private(set) var sets: [ScalarSet] = []

    init(_ source: String, limits: SchemaLimits = .standard) throws(PatternError) {
        guard source.unicodeScalars.count <= limits.patternLength else {
            throw PatternError(
                message: "is longer than \(limits.patternLength) characters; split it with allOf")
        }
        let node = try PatternParser.parse(source, limits: limits)
        self.source = source
        isAnchored = node.isAnchored
        try emit(node, limits.patternInstructions)
        try append(.match, limits.patternInstructions)
    }

    private mutating func append(
        _ instruction: PatternInstruction, _ most: Int
    ) throws(PatternError) {
        guard instructions.count < most else {
            throw PatternError(
                message: "becomes more than \(most) steps when its repetitions are counted out; "
                    + "lower the numbers in {...}, or use minLength and maxLength")
        }
        instructions.append(instruction)
    }

    private mutating func emit(_ node: PatternNode, _ most: Int) throws(PatternError) {
        switch node {
        case .empty: break
        case .set(let set):
            sets.append(set)
            try append(.set(sets.count - 1), most)
        case .sequence(let parts):
            for part in parts { try emit(part, most) }
        case .choice(let parts): try emitChoice(parts, most)
        case .repeated(let part, let least, let upTo):
            try emitRepeated(part, least, upTo, most)
        case .textStart: try append(.textStart, most)
        case .textEnd: try append(.textEnd, most)
        case .wordBoundary(let wanted): try append(.wordBoundary(wanted), most)
        }
    }

    private mutating func emitChoice(_ parts: [PatternNode], _ most: Int) throws(PatternError) {
        var ends: [Int] = []
        for part in parts.dropLast() {
            let split = instructions.count
            try append(.jump(0), most)
            try emit(part, most)
            ends.append(instructions.count)
            try append(.jump(0), most)
            instructions[split] = .split(split + 1, instructions.count)
        }
        if let last = parts.last { try emit(last, most) }
        for end in ends { instructions[end] = .jump(instructions.count) }
    }

    private mutating func emitRepeated(
        _ part: PatternNode, _ least: Int, _ upTo: Int?, _ most: Int
    ) throws(PatternError) {
        for _ in 0..<least {
            let before = instructions.count
            try emit(part, most)
            // What takes no room takes no text either: once is as good as a thousand times.
            if instructions.count == before { return }
        }
        guard let upTo else {
            let split = instructions.count
            try append(.jump(0), most)
            try emit(part, most)
            try append(.jump(split), most)
            instructions[split] = .split(split + 1, instructions.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<upTo {
            splits.append(instructions.count)
            try append(.jump(0), most)
            try emit(part, most)
        }
        for split in splits { instructions[split] = .split(split + 1, instructions.count) }
    }
}
