// Addresses: IP, e-mail and URI. Only whether they are well formed: nothing is looked up.

extension FormatReader {
    static func isIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: 0x2E, omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard (1...3).contains(part.count), part.allSatisfy(isDigit) else { return false }
                let value = part.reduce(0) { $0 * 10 + Int($1 - 0x30) }
                return value <= 255 && (part.count == 1 || part.first != 0x30)
            }
    }

    static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
        let colon: UInt8 = 0x3A
        guard let gap = doubleColon(bytes) else { return groups(bytes) == 8 }
        let before = bytes[bytes.startIndex..<gap]
        let after = bytes[(gap + 2)...]
        if after.first == colon || doubleColon(after) != nil { return false }
        if before.contains(0x2E) { return false }
        guard let first = before.isEmpty ? 0 : groups(before),
            let last = after.isEmpty ? 0 : groups(after)
        else { return false }
        return first + last <= 7
    }

    private static func doubleColon(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.indices.dropLast().first { bytes[$0] == 0x3A && bytes[$0 + 1] == 0x3A }
    }

    /// The number of 16-bit groups; an IPv4 address at the end counts for two.
    private static func groups(_ bytes: ArraySlice<UInt8>) -> Int? {
        let parts = bytes.split(separator: 0x3A, omittingEmptySubsequences: false)
        var count = 0
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(0x2E) {
                guard isIPv4(part) else { return nil }
                count += 2
            } else {
                guard (1...4).contains(part.count), part.allSatisfy(isHexDigit) else { return nil }
                count += 1
            }
        }
        return count
    }

    func email() -> Bool {
        let bytes = rest
        guard let at = bytes.lastIndex(of: 0x40) else { return false }
        let domain = bytes[(at + 1)...]
        return Self.isLocalPart(bytes[..<at]) && Self.isMailDomain(domain)
    }

    private static func isLocalPart(_ bytes: ArraySlice<UInt8>) -> Bool {
        if bytes.count > 2, bytes.first == 0x22, bytes.last == 0x22 {
            let inner = bytes.dropFirst().dropLast()
            return inner.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
        }
        let parts = bytes.split(separator: 0x2E, omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy {
                    isLetter($0) || isDigit($0) || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0)
                }
        }
    }

    private static func isMailDomain(_ bytes: ArraySlice<UInt8>) -> Bool {
        if bytes.first == 0x5B, bytes.last == 0x5D {
            let inner = bytes.dropFirst().dropLast()
            let prefix = "IPv6:".utf8
            return inner.starts(with: prefix)
                ? isIPv6(inner.dropFirst(prefix.count)) : isIPv4(inner)
        }
        return isHostname(bytes)
    }

    /// RFC 1123: labels of letters, digits and inner hyphens.
    static func isHostname(_ bytes: ArraySlice<UInt8>) -> Bool {
        let labels = bytes.split(separator: 0x2E, omittingEmptySubsequences: false)
        return bytes.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != 0x2D && label.last != 0x2D
                    && label.allSatisfy { isLetter($0) || isDigit($0) || $0 == 0x2D }
            }
    }

    /// A URI with a scheme (RFC 3986): allowed characters, whole escapes, a sound authority.
    func uri() -> Bool {
        let bytes = rest
        guard let colon = bytes.firstIndex(of: 0x3A), let first = bytes.first,
            Self.isLetter(first),
            bytes[..<colon].allSatisfy({
                Self.isLetter($0) || Self.isDigit($0) || "+-.".utf8.contains($0)
            })
        else { return false }
        return Self.isHierarchy(bytes[(colon + 1)...])
    }

    /// A URI, or a reference without its scheme. Its first name cannot hold a colon: that would end
    /// a scheme.
    func uriReference() -> Bool {
        if uri() { return true }
        let first = rest.prefix { $0 != 0x2F && $0 != 0x3F && $0 != 0x23 }
        return !first.contains(0x3A) && Self.isHierarchy(rest)
    }

    /// What follows a scheme: authority, path, query and fragment.
    private static func isHierarchy(_ bytes: ArraySlice<UInt8>) -> Bool {
        var after = bytes
        if let hash = after.firstIndex(of: 0x23) {
            guard isURIText(after[(hash + 1)...], and: "/?") else { return false }
            after = after[..<hash]
        }
        if let mark = after.firstIndex(of: 0x3F) {
            guard isURIText(after[(mark + 1)...], and: "/?") else { return false }
            after = after[..<mark]
        }
        if after.starts(with: "//".utf8) {
            after = after.dropFirst(2)
            let slash = after.firstIndex(of: 0x2F) ?? after.endIndex
            guard isAuthority(after[..<slash]) else { return false }
            after = after[slash...]
        }
        return isURIText(after, and: "/")
    }

    private static func isAuthority(_ bytes: ArraySlice<UInt8>) -> Bool {
        var host = bytes
        if let at = bytes.firstIndex(of: 0x40) {
            let user = bytes[..<at]
            guard isURIText(user, and: ""), !user.contains(0x40) else { return false }
            host = bytes[(at + 1)...]
        }
        var port = host.suffix(0)
        if host.first == 0x5B {
            guard let end = host.firstIndex(of: 0x5D) else { return false }
            let address = host[(host.startIndex + 1)..<end]
            guard isIPv6(address) || isFutureAddress(address) else { return false }
            port = host[(end + 1)...]
            host = host.prefix(0)
        } else if let colon = host.firstIndex(of: 0x3A) {
            port = host[colon...]
            host = host[..<colon]
        }
        guard port.isEmpty || port.first == 0x3A && port.dropFirst().allSatisfy(isDigit) else {
            return false
        }
        return isURIText(host, and: "") && !host.contains(0x40)
    }

    /// `v`, a version, a dot and what that version says.
    private static func isFutureAddress(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, first | 0x20 == 0x76, let dot = bytes.firstIndex(of: 0x2E)
        else { return false }
        let version = bytes[(bytes.startIndex + 1)..<dot]
        let address = bytes[(dot + 1)...]
        return !version.isEmpty && version.allSatisfy(isHexDigit) && !address.isEmpty
            && !address.contains(0x25) && !address.contains(0x40) && isURIText(address, and: "")
    }

    private static func isURIText(_ bytes: ArraySlice<UInt8>, and extra: String) -> Bool {
        isURIText(bytes) { byte in
            isLetter(byte) || isDigit(byte) || "-._~!$&'()*+,;=:@".utf8.contains(byte)
                || extra.utf8.contains(byte)
        }
    }

    /// Whether all of `bytes` are allowed or whole escapes.
    static func isURIText(_ bytes: ArraySlice<UInt8>, of isAllowed: (UInt8) -> Bool) -> Bool {
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == 0x25 {
                guard rest.count >= 2, rest.prefix(2).allSatisfy(isHexDigit) else { return false }
                rest = rest.dropFirst(2)
            } else if !isAllowed(byte) {
                return false
            }
        }
        return true
    }
}
