// Who may give orders about a journal: whoever can write it may halt, and the account that owns it
// answers for the rest.

import CSystem
import Glibc

enum StoreOwner {
    /// - Parameter order: what is asked for, as in "settle calls of".
    static func require(_ path: String, _ account: String, to order: String) throws(Ending) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_uid != getuid() else { return }
        throw Ending(
            .denied,
            "holdfast: \(account.shownInLine) may not \(order) \(path.shown): only the account "
                + "that owns it (uid \(status.st_uid)) may.")
    }

    static func requireWritable(_ path: String, _ account: String) throws(Ending) {
        guard access(path, F_OK) != 0 || access(path, W_OK) == 0 else {
            throw Ending(
                .denied,
                "holdfast: \(account.shownInLine) may not write \(path.shown), and so decides "
                    + "nothing in it.")
        }
    }
}
