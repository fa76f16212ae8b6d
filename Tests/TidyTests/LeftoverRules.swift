// What may not be left behind in a file: marks of unfinished work, paths of one machine, and
// hosts of package registries. The patterns are put together from parts, so that this file and
// its tests are not findings themselves.

enum LeftoverRules {
    private static let marks = Pattern(#"\b(?:TO"# + #"DO|FIX"# + #"ME|X"# + #"XX)\b"#)
    private static let marked = [".swift", ".py", ".sh"]
    private static let machinePath = Pattern("/" + "(?:work|opt|root)" + "/[a-z.]")
    static let registryHosts = [
        ["pypi", "org"], ["files", "pythonhosted", "org"], ["deb", "debian", "org"],
    ].map { $0.joined(separator: ".") }
    private static let registry = Pattern(
        registryHosts.map { $0.replacing(".", with: #"\."#) }.joined(separator: "|"))

    static func unfinishedWork(path: String, text: String) -> [Finding] {
        guard marked.contains(where: path.hasSuffix) else { return [] }
        return findings(
            marks, path, text, rule: "unfinished",
            advice: "finish it, or write down in the issue what is missing")
    }

    static func machinePaths(path: String, text: String) -> [Finding] {
        findings(
            machinePath, path, text, rule: "paths",
            advice: "this path exists on one machine; derive it from the project or an argument")
    }

    static func registryHosts(path: String, text: String) -> [Finding] {
        findings(
            registry, path, text, rule: "hosts",
            advice: "the tools know their registry, and users may have another; leave it out")
    }

    private static func findings(
        _ pattern: Pattern, _ path: String, _ text: String, rule: String, advice: String
    ) -> [Finding] {
        pattern.lines(in: text).map { Finding(path: path, line: $0, rule: rule, advice: advice) }
    }
}
