// What a process is started in: home, folder, variables, account. Read once, then passed as a
// value, so that finding a config can be tested.

import Glibc

package struct Surroundings: Sendable {
    /// By the account database, never by `$HOME`: clients strip the environment, and a terminal
    /// must open the same journal.
    package let home: String
    package let workingFolder: String
    package let variables: [String: String]
    /// The name of the account that the process runs under.
    package let account: String

    package init(
        home: String, workingFolder: String, variables: [String: String], account: String
    ) {
        self.home = home
        self.workingFolder = workingFolder
        self.variables = variables
        self.account = account
    }

    package static func current() -> Surroundings {
        let variables = environmentVariables()
        let home = accountEntry(of: getuid()).home
        return Surroundings(
            // An account without an entry (in a container) has no other home than the variable.
            home: home ?? variables["HOME"] ?? "/",
            workingFolder: currentFolder(), variables: variables,
            account: accountName(of: getuid()))
    }

    static func accountName(of uid: uid_t) -> String {
        accountEntry(of: uid).name ?? "uid-\(uid)"
    }

    private static func accountEntry(of uid: uid_t) -> (name: String?, home: String?) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        let code = getpwuid_r(uid, &entry, &buffer, buffer.count, &found)
        guard code == 0, found != nil else { return (nil, nil) }
        // The entry's pointers lead into `buffer`, which lives until the strings are made.
        return withExtendedLifetime(buffer) {
            (entry.pw_name.map { String(cString: $0) }, entry.pw_dir.map { String(cString: $0) })
        }
    }

    private static func currentFolder() -> String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }

    private static func environmentVariables() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[equals...].dropFirst())
            }
            next += 1
        }
        return variables
    }

    /// `path` as a person in the working folder would write it.
    package func shown(_ path: String) -> String {
        let prefix = workingFolder.hasSuffix("/") ? workingFolder : workingFolder + "/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }

    /// An absolute path: `~` is the home, what is relative is below `folder`. `..` stays, since
    /// only the file system knows what is above a link.
    package func resolve(_ path: String, in folder: String) -> String {
        var absolute = path
        if path == "~" || path.hasPrefix("~/") {
            absolute = home + path.dropFirst()
        } else if !path.hasPrefix("/") {
            absolute = folder + "/" + path
        }
        let parts = absolute.split(separator: "/").filter { $0 != "." }
        return "/" + parts.joined(separator: "/")
    }
}

enum Paths {
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Whether anything is there, be it readable or not.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
