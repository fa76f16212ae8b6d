// Approvals that the people configured could never give are refused when the config is read.

import Engine
@testable import Host
import JSON
import Testing

struct CatalogQuorumTests {
    private static let people = """
        approvers:
          - { name: ann, user: ann, roles: [desk, finance] }
          - { name: bob, user: [bob, bob2], roles: [desk] }
          - { name: cyd, keys: ["\(PolicySample.key)"], roles: [finance] }
        """

    private func problems(_ approve: String) -> [String] {
        PolicySample.problems(
            PolicySample.head + Self.people
                + "\nrules: [{ name: r, when: true, then: { approve: { \(approve) } } }]")
    }

    @Test(arguments: [
        "by: [requester]", "by: [desk]", "by: [desk], count: 2", "by: [desk, finance], count: 3",
        "by: [ann, cyd], count: 2", "stages: [{ by: [desk] }, { by: [finance] }]",
        "stages: [{ by: [desk, finance], count: 2 }, { by: [ann] }]",
        // Whoever comes first is not the only one who can.
        "stages: [{ by: [desk] }, { by: [ann] }]",
    ])
    func whatCanBeGiven(approve: String) {
        #expect(problems(approve) == [])
    }

    @Test(arguments: [
        ("by: [desk], count: 3",
            "count: asks 3 different people among desk, but there are 2; ask fewer or add "
                + "approvers"),
        // One person has two accounts and stands under two words.
        ("by: [bob, desk], count: 3",
            "count: asks 3 different people among bob, desk, but there are 2; ask fewer or add "
                + "approvers"),
        ("by: [ann], count: 2",
            "count: asks 2 different people among ann, but there is 1; ask fewer or add approvers"),
        ("stages: [{ by: [desk], count: 2 }, { by: [ann] }]",
            "stages/1/count: cannot be met: one person counts once in all stages together, and "
                + "too few are left for this one; ask fewer or add approvers"),
        ("by: [finanec]",
            "by/0: there is no approver and no role `finanec`; did you mean \"finance\"?"),
        ("by: [bob2]", "by/0: there is no approver and no role `bob2`; did you mean \"bob\"?"),
        ("by: [owner]",
            "by/0: there is no approver and no role `owner`; add an approver with this name or "
                + "role to `approvers`"),
        ("by: [requestor]",
            "by/0: there is no approver and no role `requestor`; did you mean \"requester\"?"),
        ("stages: [{ by: [ann] }, { by: [nobody] }]",
            "stages/1/by/0: there is no approver and no role `nobody`; add an approver with this "
                + "name or role to `approvers`"),
        ("by: [ann], on_silence: escalate, escalate_to: [bos]",
            "escalate_to/0: there is no approver and no role `bos`; did you mean \"bob\"?"),
    ])
    func whatCannot(approve: String, problem: String) {
        #expect(problems(approve) == ["/rules/0/then/approve/" + problem])
    }

    @Test func withoutApproversNobodyCanBeNamed() {
        let rule = "rules: [{ name: r, when: true, then: { approve: { by: [desk] } } }]"
        #expect(
            PolicySample.problems(PolicySample.head + rule) == [
                "/rules/0/then/approve/by/0: there is no approver and no role `desk`; the config "
                    + "has no `approvers`; add them"
            ])
    }
}
