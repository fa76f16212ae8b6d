// Resolving references, with cases from the examples of RFC 3986, section 5.4.
import Testing

@testable import JSONSchema

struct URIReferenceTests {
    @Test(arguments: [
        ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"),
        ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"), ("//g", "http://g"),
        ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), ("#s", "http://a/b/c/d;p?q"),
        ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("..", "http://a/b/"),
        ("../g", "http://a/b/g"), ("../../g", "http://a/g"), ("../../../g", "http://a/g"),
    ])
    func references(_ text: String, _ expected: String) {
        let base = URIReference("http://a/b/c/d;p?q")
        #expect(URIReference(text).resolved(against: base).resource == expected)
    }

    @Test func fragmentsAreDecodedAndNamesWithoutHierarchyStay() {
        let base = URIReference("urn:uuid:1")
        let resolved = URIReference("#/a%25b").resolved(against: base)
        #expect(resolved.resource == "urn:uuid:1")
        #expect(resolved.fragment == "/a%b")
    }
}
