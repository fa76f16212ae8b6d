// Samples for what is left behind in files. They are put together from parts, for this file is
// itself read by the rules.

import Testing

@Suite struct LeftoverRuleTests {
    private static let marks = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]
    private static let folders = ["work", "opt", "root"]

    @Test(arguments: marks)
    func marksOfUnfinishedWorkAreFound(_ mark: String) {
        for path in ["A.swift", "a.py", "a.sh"] {
            #expect(
                LeftoverRules.unfinishedWork(path: path, text: "a\n// \(mark): later").report
                    == "\(path):2: unfinished: finish it, "
                    + "or write down in the issue what is missing")
        }
        #expect(LeftoverRules.unfinishedWork(path: "a.md", text: mark) == [])
        #expect(LeftoverRules.unfinishedWork(path: "a.sh", text: "a\(mark)S") == [])
    }

    @Test(arguments: folders)
    func pathsOfOneMachineAreFound(_ folder: String) {
        for place in ["data", ".cache"] {
            let text = "one\ntwo /\(folder)/\(place)/three"
            #expect(
                LeftoverRules.machinePaths(path: "a.md", text: text).report
                    == "a.md:2: paths: this path exists on one machine; "
                    + "derive it from the project or an argument")
        }
        #expect(LeftoverRules.machinePaths(path: "a.md", text: "/\(folder)ed/a /\(folder)") == [])
        #expect(LeftoverRules.machinePaths(path: "a.md", text: "/usr/local/bin/holdfast") == [])
    }

    @Test(arguments: LeftoverRules.registryHosts)
    func hostsOfRegistriesAreFound(_ host: String) {
        #expect(
            LeftoverRules.registryHosts(path: "Makefile", text: "a\nb https://\(host)/c").report
                == "Makefile:2: hosts: the tools know their registry, "
                + "and users may have another; leave it out")
        let other = host.replacing(".", with: "-")
        #expect(LeftoverRules.registryHosts(path: "Makefile", text: other) == [])
    }
}
