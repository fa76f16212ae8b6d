// The published test suite for Draft 2020-12. Cases that are not passed yet are listed by name and
// must really fail, so that the lists can only become shorter.
import Testing

@Suite(.enabled(if: Suite.isPresent))
struct SuiteTests {
    @Test func requiredCasesPass() throws {
        let (count, failed) = try Suite.failures(in: try Suite.files())
        #expect(failed == Self.requiredNotYet)
        #expect(count > 1_000)
    }

    private static let requiredNotYet: [String] = []

    @Test(arguments: [
        "date-time", "date", "time", "duration", "email", "idn-email", "uuid", "uri",
        "uri-reference", "uri-template", "iri", "iri-reference", "ipv4", "ipv6", "json-pointer",
        "relative-json-pointer", "regex", "unknown",
    ])
    func formatsAreAsserted(_ format: String) throws {
        let (count, failed) = try Suite.failures(
            in: ["optional/format/\(format).json"], assertFormats: true)
        #expect(failed == [])
        #expect(count > 0)
    }

    @Test func hostnamesAreAssertedAsFarAsTheyAreASCII() throws {
        let (count, failed) = try Suite.failures(
            in: ["optional/format/hostname.json"], assertFormats: true)
        #expect(failed.allSatisfy { $0.contains("A-label (punycode)") }, "\(failed)")
        #expect(failed.count == 23)
        #expect(count > 60)
    }

    /// A pattern that could run away is refused wherever it stands, also as a value.
    @Test func expressionsAreAssertedAsFarAsTheyAreBounded() throws {
        let (count, failed) = try Suite.failures(
            in: ["optional/format/ecmascript-regex.json"], assertFormats: true)
        #expect(
            failed.map { $0.split(separator: "|").last } == [
                " an ECMA 262 named backreference \\k<name>",
                " a variable-width lookbehind (ES2018)",
            ])
        #expect(count > 5)
    }

    /// A format file that comes with a newer suite is passed, or named here with its reason:
    /// `idn-hostname` and punycode need the tables of IDNA, the others are above.
    @Test func everyFormatFileIsAccountedFor() throws {
        let all = try Suite.files(in: "optional/format/")
        let (_, failed) = try Suite.failures(in: all, assertFormats: true)
        let files = Set(failed.map { $0.prefix { $0 != "." }.split(separator: "/").last })
        #expect(files == ["hostname", "idn-hostname", "ecmascript-regex"])
    }

    @Test func optionalCasesPass() throws {
        let (_, failed) = try Suite.failures(in: try Suite.files(in: "optional/"))
        #expect(failed == Self.optionalNotYet)
    }

    /// `dependencies` was replaced by two keywords in 2019, and other drafts are not supported.
    private static let optionalNotYet: [String] =
        [
            "cross-draft.json | refs to historic drafts are processed as historic drafts"
                + " | first item not a string is valid",
            "dependencies-compatibility.json | single dependency | missing dependency",
        ].map { "optional/" + $0 }
        + [
            "multiple dependents required | missing dependency",
            "multiple dependents required | missing other dependency",
            "multiple dependents required | missing both dependencies",
            "dependencies with escaped characters | CRLF missing dependent",
            "dependencies with escaped characters | quoted quotes missing dependent",
            "single schema dependency | wrong type",
            "single schema dependency | wrong type other",
            "single schema dependency | wrong type both",
            "boolean subschemas | object with property having schema false is invalid",
            "boolean subschemas | object with both properties is invalid",
            "schema dependencies with escaped characters | quoted quote",
            "schema dependencies with escaped characters"
                + " | quoted tab invalid under dependent schema",
            "schema dependencies with escaped characters"
                + " | quoted quote invalid under dependent schema",
        ].map { "optional/dependencies-compatibility.json | " + $0 }
}
