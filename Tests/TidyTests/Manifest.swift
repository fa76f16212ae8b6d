// Package.swift as the rules read it: its targets and its packages, found by their shape in the
// text. Reading the text keeps this test free of a second run of the package manager.

struct Manifest: Sendable {
    struct Target: Equatable, Sendable {
        let name: String
        let dependencies: [String]
        let line: Int
    }

    struct Package: Equatable, Sendable {
        let name: String
        let isExact: Bool
        let line: Int
    }

    let targets: [Target]
    let packages: [Package]
    /// The modules that the packages' products give, as far as a target asks for them.
    let modules: [String]

    // `pure("A", ["B", c])` and `.target(name: "A", dependencies: ["B", c])` alike.
    private static let target = Pattern(
        #"(?:\bpure\(|\.(?:target|executableTarget)\(\s*name:)\s*"(\w+)""#
            + #"\s*(?:,\s*(?:dependencies:\s*)?\[([^\]]*)\])?"#)
    private static let product = Pattern(
        #"let\s+(\w+)\s*=\s*Target\.Dependency\.product\(\s*name:\s*"(\w+)""#)
    private static let package = Pattern(
        #"\.package\(\s*(?:name:[^,]*,\s*)?(?:url|path):\s*"([^"]*)"\s*,?\s*(\w*)"#)
    private static let item = Pattern(#""?(\w+)"?"#)

    init(text: String) {
        let source = SwiftSource(path: "Package.swift", text: text)
        var products: [String: String] = [:]
        for match in Self.product.matches(in: text) {
            products[match.groups[1]] = match.groups[2]
        }
        modules = products.values.sorted()
        targets = Self.target.matches(in: text).map { match in
            let items = Self.item.matches(in: match.groups[2]).map { $0.groups[1] }
            return Target(
                name: match.groups[1], dependencies: items.map { products[$0] ?? $0 },
                line: source.line(at: match.range.lowerBound))
        }
        packages = Self.package.matches(in: text).map { match in
            Package(
                name: Self.packageName(match.groups[1]), isExact: match.groups[2] == "exact",
                line: source.line(at: match.range.lowerBound))
        }
    }

    func finding(_ line: Int, _ rule: String, _ advice: String) -> Finding {
        Finding(path: "Package.swift", line: line, rule: rule, advice: advice)
    }

    /// `https://host/owner/Name.git` is called `Name`.
    private static func packageName(_ url: String) -> String {
        let last = url.split(separator: "/").last.map(String.init) ?? url
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }
}
