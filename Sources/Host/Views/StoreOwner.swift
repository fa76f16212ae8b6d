// Who may give orders about a journal: whoever can write it may halt, and the operators that the
// config names, else the account that owns it, answer for the rest.

import CLinux
import Glibc
import JSON

enum StoreOwner {
    /// - Parameters:
    ///   - operators: accounts that the config names; nil where it names none.
    ///   - order: what is asked for, as in "settle calls of".
    static func require(
        _ path: String, _ account: String, operators: [String]?, to order: String
    ) throws(Ending) {
        if let operators {
            guard !operators.contains(where: { $0.isSameText(as: account) }) else { return }
            let names = operators.map(\.shownInLine).joined(separator: ", ")
            throw Ending(
                .denied,
                "holdfast: \(account.shownInLine) may not \(order) \(path.shown): only its "
                    + "operators may: \(names).")
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_uid != getuid() else { return }
        throw Ending(
            .denied,
            "holdfast: \(account.shownInLine) may not \(order) \(path.shown): only the account "
                + "that owns it (uid \(status.st_uid)) may.")
    }

    /// Whether there is a journal; whoever may not use it is told so, and not that there is none.
    static func isReached(
        _ path: String, _ account: String, _ group: String?
    ) throws(Ending) -> Bool {
        var refusal: Int32 = 0
        if access(path, F_OK) != 0 {
            refusal = errno
            if refusal == ENOENT || refusal == ENOTDIR { return false }
        } else if access(path, R_OK | W_OK) == 0 {
            return true
        }
        let others = group.map { "the group \($0.shownInLine) (`store.group`)" }
        let advice =
            group.map { group in
                "Have this account added to it (usermod -aG \(group.shownInLine) "
                    + "\(account.shownInLine)) and log in anew; `holdfast doctor` says where the "
                    + "files are not as the group needs them."
            } ?? "`store.group` in the config can give it to a group of accounts."
        throw Ending(
            .denied,
            "holdfast: \(account.shownInLine) may not use the journal \(path.shown), and so sees "
                + "and decides nothing in it: it belongs to the account that made it"
                + "\(others.map { " and to " + $0 } ?? " alone"). \(advice)")
    }
}
