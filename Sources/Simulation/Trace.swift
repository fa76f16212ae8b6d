// What happened, one line a step, with names that people can tell apart. Kept only where somebody
// will read it.

import Engine

package struct Trace {
    let isOn: Bool
    package private(set) var lines: [String] = []
    private var names: [String: String] = [:]
    private var counts: [String: Int] = [:]

    package init(isOn: Bool) { self.isOn = isOn }

    mutating func note(_ clock: WorldClock, _ text: @autoclosure () -> String) {
        guard isOn else { return }
        let seconds = clock.steadyMs / 1_000
        let fraction = String(clock.steadyMs % 1_000 + 1_000).dropFirst()
        lines.append("\(lines.count + 1)  \(seconds).\(fraction) s  \(short(text()))")
    }

    /// The text with every minted id in it replaced: `run1`, `call3`, `apr2`, `own1`.
    mutating func short(_ text: String) -> String {
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            guard let (prefix, end) = Trace.id(in: bytes, at: index) else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let id = String(decoding: bytes[index..<end], as: UTF8.self)
            result += Array(name(id, prefix).utf8)
            index = end
        }
        return String(decoding: result, as: UTF8.self)
    }

    private mutating func name(_ id: String, _ prefix: String) -> String {
        if let known = names[id] { return known }
        counts[prefix, default: 0] += 1
        let name = "\(prefix)\(counts[prefix, default: 0])"
        names[id] = name
        return name
    }

    private static let prefixes = [RunID.prefix, CallID.prefix, ApprovalID.prefix, OwnerID.prefix]
    private static let suffixLength = 36

    private static func id(in bytes: [UInt8], at start: Int) -> (String, Int)? {
        for prefix in prefixes {
            let head = Array("\(prefix)_".utf8)
            let end = start + head.count + suffixLength
            guard end <= bytes.count, bytes[start..<(start + head.count)].elementsEqual(head) else {
                continue
            }
            let isID = bytes[(start + head.count)..<end].allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte)
                    || (0x41...0x5a).contains(byte)
            }
            if isID { return (prefix, end) }
        }
        return nil
    }
}
