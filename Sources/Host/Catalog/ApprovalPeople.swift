// Whether the people whom an approval names exist, and whether there are enough of them: a yes that
// nobody could give is refused when it is read, not when it is asked for.

import Engine
import JSON

struct ApprovalPeople {
    let directory: Directory

    init(_ directory: Directory) { self.directory = directory }

    /// What is wrong with `rule`, which stands at `place`.
    func check(_ rule: ApprovalRule, at place: JSONPointer, _ findings: inout Findings) {
        let before = findings.all.count
        for (index, stage) in rule.stages.enumerated() {
            guard case .named(let names) = stage.by else { continue }
            checkNames(names, at: self.place(of: "by", index, rule, place), &findings)
        }
        checkNames(rule.escalateTo, at: place.appending("escalate_to"), &findings)
        guard findings.all.count == before else { return }
        if let shortage = shortage(of: rule) {
            findings.add(self.place(of: "count", shortage.stage, rule, place), shortage.text)
        }
    }

    /// What is wrong where `person` is behind the agent, who can never say yes themselves; nil
    /// where others can.
    func shortage(of rule: ApprovalRule, behind person: String, as profile: String) -> String? {
        let caller = Caller(profile: profile, person: person, account: person)
        return shortage(of: rule) { $0.isBehind(caller) }.map {
            $0.text + " (`\(person)`, for whom the profile `\(profile)` works, is not asked)"
        }
    }

    private func place(
        of key: String, _ stage: Int, _ rule: ApprovalRule, _ place: JSONPointer
    ) -> JSONPointer {
        // Where there are no stages the pointer leads nowhere, and its line is that of the whole.
        let inStages = place.appending("stages").appending(index: stage).appending(key)
        return rule.stages.count > 1 ? inStages : place.appending(key)
    }

    private func checkNames(
        _ names: [String], at place: JSONPointer, _ findings: inout Findings
    ) {
        let known = directory.approvers.flatMap { [$0.name] + $0.roles }
        for (index, name) in names.enumerated()
        where !directory.approvers.contains(where: { $0.answers(to: name) }) {
            let hint =
                NearestName.of(name, among: known + [ApprovalReader.requester])
                .map { "did you mean \"\($0)\"?" }
                ?? (known.isEmpty
                    ? "the config has no `approvers`; add them"
                    : "add an approver with this name or role to `approvers`")
            findings.add(
                place.appending(index: index),
                "there is no approver and no role `\(name)`; \(hint)")
        }
    }

    struct Shortage {
        let stage: Int
        let text: String
    }

    func shortage(
        of rule: ApprovalRule, without excluded: (Approver) -> Bool = { _ in false }
    ) -> Shortage? {
        let people = directory.approvers.filter { !excluded($0) }
        var seats: [(stage: Int, people: [Int])] = []
        for (index, stage) in rule.stages.enumerated() {
            guard case .named(let names) = stage.by else { continue }
            let eligible = people.indices.filter { person in
                names.contains { people[person].answers(to: $0) }
            }
            let words = names.joined(separator: ", ")
            guard eligible.count >= stage.count else {
                return Shortage(
                    stage: index,
                    text: "asks \(stage.count) different people among \(words), but there "
                        + (eligible.count == 1 ? "is 1" : "are \(eligible.count)")
                        + "; ask fewer or add approvers")
            }
            seats += Array(repeating: (index, eligible), count: stage.count)
        }
        guard let stage = ApprovalPeople.unseated(seats) else { return nil }
        return Shortage(
            stage: stage,
            text: "cannot be met: one person counts once in all stages together, and too few "
                + "are left for this one; ask fewer or add approvers")
    }

    /// The stage of the first seat that nobody can take, each person taking one at most.
    private static func unseated(_ seats: [(stage: Int, people: [Int])]) -> Int? {
        var taken: [Int: Int] = [:]
        func seat(_ index: Int, _ asked: inout Set<Int>) -> Bool {
            for person in seats[index].people where asked.insert(person).inserted {
                guard let other = taken[person] else {
                    taken[person] = index
                    return true
                }
                if seat(other, &asked) {
                    taken[person] = index
                    return true
                }
            }
            return false
        }
        for index in seats.indices {
            var asked: Set<Int> = []
            if !seat(index, &asked) { return seats[index].stage }
        }
        return nil
    }
}
