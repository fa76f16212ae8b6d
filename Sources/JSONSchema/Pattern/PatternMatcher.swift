// Runs a pattern over a text, all ways at once and never back. Holds no state between texts.

extension Pattern {
    /// Whether the pattern fits anywhere in `text`; nil where that would take more than
    /// `steps`, which is lowered by the work done.
    func matches(_ text: String, steps: inout Int) -> Bool? {
        var run = PatternRun(size: instructions.count, stepsLeft: steps)
        defer { steps = run.stepsLeft }
        return run.search(self, text)
    }
}

/// The instructions that are alive at one place of the text, each at most once.
private struct PatternRun {
    private var current: [Int] = []
    private var following: [Int] = []
    private var pending: [Int] = []
    /// For each instruction the last place at which it was entered.
    private var entered: [Int]
    private var place = 0
    private var previous: UInt32?
    private var upcoming: UInt32?
    var stepsLeft: Int

    init(size: Int, stepsLeft: Int) {
        entered = Array(repeating: -1, count: size)
        self.stepsLeft = stepsLeft
    }

    mutating func search(_ pattern: Pattern, _ text: String) -> Bool? {
        var scalars = text.unicodeScalars.makeIterator()
        upcoming = scalars.next()?.value
        while true {
            if place == 0 || !pattern.isAnchored, enter(0, pattern) { return true }
            guard stepsLeft >= 0 else { return nil }
            guard let scalar = upcoming else { return false }
            if current.isEmpty, pattern.isAnchored { return false }
            place += 1
            previous = scalar
            upcoming = scalars.next()?.value
            if advance(over: scalar, pattern) { return true }
            guard stepsLeft >= 0 else { return nil }
        }
    }

    /// Moves every living instruction that accepts `scalar`; true once one reaches the match.
    private mutating func advance(over scalar: UInt32, _ pattern: Pattern) -> Bool {
        swap(&current, &following)
        current.removeAll(keepingCapacity: true)
        stepsLeft -= following.count
        for index in following {
            guard case .set(let set) = pattern.instructions[index],
                pattern.sets[set].contains(scalar)
            else { continue }
            if enter(index + 1, pattern) { return true }
        }
        return false
    }

    /// Follows everything that takes no text from `start`; true if the match is among it.
    private mutating func enter(_ start: Int, _ pattern: Pattern) -> Bool {
        pending.append(start)
        while let index = pending.popLast() {
            stepsLeft -= 1
            if stepsLeft < 0 { return false }
            guard entered[index] != place else { continue }
            entered[index] = place
            switch pattern.instructions[index] {
            case .set: current.append(index)
            case .jump(let target): pending.append(target)
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .textStart: if previous == nil { pending.append(index + 1) }
            case .textEnd: if upcoming == nil { pending.append(index + 1) }
            case .wordBoundary(let wanted):
                if (isWord(previous) != isWord(upcoming)) == wanted { pending.append(index + 1) }
            case .match: return true
            }
        }
        return false
    }

    private func isWord(_ scalar: UInt32?) -> Bool {
        guard let scalar else { return false }
        return ScalarSet.wordCharacters.contains { $0.contains(scalar) }
    }
}
