// The people who may say yes, as the config knows them: one entry is one person, whatever accounts
// and keys they have.

package import Proofs

package struct Approver: Hashable, Sendable {
    package let name: String
    /// Accounts of this machine.
    package let accounts: [String]
    package let keys: [PublicKey]
    /// Other names under which a profile may say that it works for this person.
    package let aliases: [String]
    package let roles: [String]

    package init(
        name: String, accounts: [String], keys: [PublicKey], aliases: [String] = [],
        roles: [String]
    ) {
        self.name = name
        self.accounts = accounts
        self.keys = keys
        self.aliases = aliases
        self.roles = roles
    }

    /// Whether a rule that names `text` means this person.
    package func answers(to text: String) -> Bool {
        name.isSame(as: text) || roles.contains { $0.isSame(as: text) }
    }

    /// Whether `person` or `account` may be this one. In doubt it is: nobody approves their own.
    package func isBehind(_ caller: Caller) -> Bool {
        let mine = ([name] + accounts + aliases).map(\.folded)
        return mine.contains(caller.person.folded) || mine.contains(caller.account.folded)
    }
}

/// All approvers of a config. Names, accounts and keys are each one person's.
package struct Directory: Hashable, Sendable {
    package let approvers: [Approver]

    package init(_ approvers: [Approver] = []) { self.approvers = approvers }

    package func approver(account: String) -> Approver? {
        approvers.first { $0.accounts.contains { $0.isSame(as: account) } }
    }

    package func approver(key: PublicKey) -> Approver? {
        approvers.first { $0.keys.contains(key) }
    }

    package func approver(named name: String) -> Approver? {
        approvers.first { $0.name.isSame(as: name) }
    }

    /// Whoever any of `names` (roles or names) means.
    package func whoever(_ names: [String]) -> [Approver] {
        approvers.filter { approver in names.contains { approver.answers(to: $0) } }
    }
}

extension String {
    /// Byte for byte: two spellings of one accent are two names.
    package func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    /// For telling whether two names may be one person's.
    fileprivate var folded: String { lowercased() }
}
