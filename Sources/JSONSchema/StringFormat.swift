// The formats that can be demanded of a text, and the cursor that reads them. Times, addresses
// and paths are read in StringFormat+Times.swift, +Addresses.swift and +Paths.swift.

/// A value of the `format` keyword that is checked; every other one is a note. So is
/// `idn-hostname`, which needs tables of Unicode that would be larger than all the rest.
enum StringFormat: String, Sendable {
    case dateTime = "date-time"
    case date
    case time
    case duration
    case email
    case idnEmail = "idn-email"
    case hostname
    case uuid
    case uri
    case uriReference = "uri-reference"
    case uriTemplate = "uri-template"
    case iri
    case iriReference = "iri-reference"
    case ipv4
    case ipv6
    case jsonPointer = "json-pointer"
    case relativePointer = "relative-json-pointer"
    case regex

    func accepts(_ text: String) -> Bool {
        var reader = FormatReader(text)
        switch self {
        case .dateTime:
            return reader.date() && (reader.take("T") || reader.take("t")) && reader.time()
                && reader.isAtEnd
        case .date: return reader.date() && reader.isAtEnd
        case .time: return reader.time() && reader.isAtEnd
        case .duration: return reader.duration()
        case .email: return reader.email()
        case .idnEmail: return FormatReader(text.withPlainLetters).email()
        case .hostname: return FormatReader.isHostname(reader.rest)
        case .uuid: return reader.uuid() && reader.isAtEnd
        case .uri: return reader.uri()
        case .uriReference: return reader.uriReference()
        case .uriTemplate: return reader.uriTemplate()
        case .iri: return FormatReader(text.withInternationalEscapes).uri()
        case .iriReference: return FormatReader(text.withInternationalEscapes).uriReference()
        case .ipv4: return FormatReader.isIPv4(reader.rest)
        case .ipv6: return FormatReader.isIPv6(reader.rest)
        case .jsonPointer: return reader.jsonPointer()
        case .relativePointer: return reader.relativePointer()
        case .regex: return Self.isPattern(text)
        }
    }

    private static func isPattern(_ text: String) -> Bool {
        do throws(PatternError) {
            _ = try Pattern(text)
            return true
        } catch {
            return false
        }
    }

    /// What the text should have been, with an example.
    var phrase: String {
        switch self {
        case .dateTime: "a date and time with its offset, such as 2025-03-31T09:30:00Z"
        case .date: "a date such as 2025-03-31"
        case .time: "a time with its offset, such as 09:30:00Z"
        case .duration: "a duration such as P1DT12H30M"
        case .hostname: "a host name such as desk.example.org"
        case .uriReference: "a URI or a relative one, such as ../page?a=b"
        case .uriTemplate: "a URI template such as /guests/{id}"
        case .iri: "an IRI with its scheme, such as https://example.org/ä"
        case .iriReference: "an IRI or a relative one, such as ../ä"
        case .jsonPointer: "a JSON pointer such as /guests/0/name, with ~ written as ~0"
        case .relativePointer: "a relative JSON pointer such as 1/name"
        case .email, .idnEmail: "an e-mail address such as ada@example.org"
        case .uuid: "a UUID such as 123e4567-e89b-12d3-a456-426614174000"
        case .uri: "a URI with its scheme, such as https://example.org/page"
        case .ipv4: "an IPv4 address such as 192.0.2.1"
        case .ipv6: "an IPv6 address such as 2001:db8::1"
        case .regex: "a regular expression that can be used here (ECMA-262, no lookaround)"
        }
    }
}

/// A cursor over the bytes of a text. A reading that fails leaves it anywhere: the answer is no.
struct FormatReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }
    var rest: ArraySlice<UInt8> { bytes[position...] }

    mutating func take(_ character: Character) -> Bool {
        guard position < bytes.count, bytes[position] == character.asciiValue else { return false }
        position += 1
        return true
    }

    /// Exactly `count` decimal digits, as a number.
    mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard position < bytes.count, Self.isDigit(bytes[position]) else { return nil }
            value = value * 10 + Int(bytes[position] - 0x30)
            position += 1
        }
        return value
    }

    /// One or more digits, whatever they are.
    mutating func someDigits() -> Bool {
        let start = position
        while position < bytes.count, Self.isDigit(bytes[position]) { position += 1 }
        return position > start
    }

    mutating func uuid() -> Bool {
        for (index, length) in [8, 4, 4, 4, 12].enumerated() {
            if index > 0, !take("-") { return false }
            for _ in 0..<length {
                guard position < bytes.count, Self.isHexDigit(bytes[position]) else { return false }
                position += 1
            }
        }
        return true
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}
