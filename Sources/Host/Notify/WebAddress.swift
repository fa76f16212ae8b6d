// Which addresses the host sends to by itself: encrypted ones, and plain ones of this machine. The
// grammar is strict, so that no two readers can see two hosts in one address.

package enum WebAddress {
    /// Why `text` is no address to send to; nil where it is one.
    package static func refusal(of text: String) -> String? {
        guard text.utf8.count <= 2_000, text.utf8.allSatisfy(isPlain) else {
            return "is no address: up to 2000 printable ASCII characters, without spaces, quotes, "
                + "backslashes, <, >, ^, `, {, | and }"
        }
        let isEncrypted = text.hasPrefix("https://")
        guard isEncrypted || text.hasPrefix("http://") else {
            return "must begin with https:// (or http:// on this machine)"
        }
        let rest = text.dropFirst(isEncrypted ? 8 : 7)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !text.contains("#") else { return "has a fragment, which is never sent; remove it" }
        guard !authority.contains("@") else {
            return "holds a name or a password before the @; remove it"
        }
        guard let host = host(of: authority) else { return "names no host" }
        guard isEncrypted || isOfThisMachine(host) else {
            return "would be sent in the clear; write https:// (http:// is for 127.0.0.1, [::1] "
                + "and localhost)"
        }
        return nil
    }

    /// Without its port; nil where either cannot be one.
    private static func host(of authority: Substring) -> Substring? {
        var host = authority
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
        }
        let port = authority[host.endIndex...]
        guard port.isEmpty || port.hasPrefix(":") && (UInt16(port.dropFirst()) ?? 0) > 0 else {
            return nil
        }
        let inner = host.hasPrefix("[") ? host.dropFirst().dropLast() : host
        let isGood = inner.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e: true
            case 0x3a: host.hasPrefix("[")
            case _: false
            }
        }
        return isGood && !inner.isEmpty ? host : nil
    }

    private static func isOfThisMachine(_ host: Substring) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22, 0x3c, 0x3e, 0x5c, 0x5e, 0x60, 0x7b...0x7d: false
        case 0x21...0x7e: true
        case _: false
        }
    }
}
