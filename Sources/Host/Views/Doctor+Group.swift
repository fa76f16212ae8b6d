// What the doctor says of whom the journal is for: whether the files on the disk are as the config
// wants them, so that a group's accounts can decide and nobody else can look.

import Engine
import Glibc
import JSON
import SQLite

extension Doctor {
    mutating func lookAtGroup(of configuration: Configuration) {
        guard let name = configuration.group else {
            tellWhatIsOpen(of: configuration)
            return
        }
        guard let access = FileAccess.group(named: name), case .group(let number) = access else {
            add(
                .fault, "group",
                "`store.group` names \(name), but this machine has no such group; make it "
                    + "(groupadd \(name)) or correct the config")
            return
        }
        let before = findings.count
        tellWhatDiffers(from: access, name, of: configuration)
        tellWhoIsKeptOut(by: configuration.stateFolder, number, name)
        if !Doctor.isMember(of: number) {
            add(
                .fault, "group",
                "this account is no member of \(name), so it can neither share nor use the "
                    + "journal; run usermod -aG \(name) ACCOUNT and log in anew")
        }
        guard findings.count == before else { return }
        add(
            .good, "group",
            "members of \(name) may look and decide, each as their own account; the record's "
                + "secret stays its owner's")
    }

    /// Who shares a store could write decisions in other accounts' names into it.
    mutating func lookAtQuorums(of configuration: Configuration, _ catalog: Catalog) {
        let directory = configuration.directory
        let demands = configuration.rules.compactMap(\.demand)
            + catalog.tools.compactMap(\.manifest.tool.approval)
        let unsigned = demands.filter { rule in
            rule.stages.contains { stage in
                guard stage.count > 1, case .named(let names) = stage.by else { return false }
                return directory.whoever(names).contains { $0.keys.isEmpty }
            }
        }
        guard let first = unsigned.first else { return }
        add(
            .warning, "quorum",
            "\(first.name) wants several people's yes, and some of them decide by their account "
                + "alone: who can write the store could forge accounts, so give each of them a key "
                + "(holdfast keys new) and have decisions signed")
    }

    /// Whoever decides by an account must be able to open the store.
    mutating func lookAtApprovers(of configuration: Configuration) {
        guard configuration.group == nil else { return }
        var found = stat()
        let uid = stat(configuration.storePath, &found) == 0 ? found.st_uid : geteuid()
        let owner = Surroundings.accountName(of: uid)
        let shutOut = configuration.directory.approvers.filter { approver in
            approver.keys.isEmpty && !approver.accounts.isEmpty
                && !approver.accounts.contains { $0.isSameText(as: owner) || $0 == "root" }
        }
        guard !shutOut.isEmpty else { return }
        add(
            .warning, "approvers",
            "\(shutOut.map(\.name).joined(separator: ", ")) would decide by account, but only "
                + "\(owner) may open the journal; set store.group, or give them keys "
                + "(holdfast keys new)")
    }

    private mutating func tellWhatDiffers(
        from access: FileAccess, _ name: String, of configuration: Configuration
    ) {
        let folders = [
            configuration.stateFolder, configuration.stateFolder + "/owners",
            configuration.stateFolder + "/leashes",
        ]
        let wrongFolders = folders.filter { !access.fits($0) }
        if !wrongFolders.isEmpty { tell(wrongFolders, name, mode: "2770") }
        let wrongFiles = Doctor.files(of: configuration).filter { !access.fits($0) }
        if !wrongFiles.isEmpty { tell(wrongFiles, name, mode: "660") }
    }

    private mutating func tell(_ paths: [String], _ name: String, mode: String) {
        let list = paths.map(\.shellWord).joined(separator: " ")
        add(
            .fault, "group",
            "not as `store.group` wants it; as its owner, run chgrp \(name) \(list) && "
                + "chmod \(mode) \(list)")
    }

    /// A folder above the journal's that the group cannot pass through hides it.
    private mutating func tellWhoIsKeptOut(by folder: String, _ group: UInt32, _ name: String) {
        var place = Paths.folder(of: folder)
        while true {
            var found = stat()
            let isOpen = stat(place, &found) != 0 || found.st_mode & 0o001 != 0
                || found.st_gid == group && found.st_mode & 0o010 != 0
            if !isOpen {
                add(
                    .fault, "group",
                    "members of \(name) cannot reach the journal: \(place) lets only its owner "
                        + "through; choose a place such as /var/lib/holdfast, or run "
                        + "chmod o+x \(place.shellWord)")
                return
            }
            if place == "/" || place == "." { return }
            place = Paths.folder(of: place)
        }
    }

    private mutating func tellWhatIsOpen(of configuration: Configuration) {
        let open = Doctor.files(of: configuration).filter { !FileAccess.owner.fits($0) }
        guard !open.isEmpty else { return }
        let list = open.map(\.shellWord).joined(separator: " ")
        add(
            .warning, "group",
            "the config names no `store.group`, but other accounts may use these files; run "
                + "chmod 600 \(list), or name the group")
    }

    private static func files(of configuration: Configuration) -> [String] {
        ["", "-wal", "-shm", ".lock"].map { configuration.storePath + $0 }
    }

    private static func isMember(of group: UInt32) -> Bool {
        if geteuid() == 0 || getegid() == group { return true }
        let count = getgroups(0, nil)
        guard count > 0 else { return false }
        var groups = [gid_t](repeating: 0, count: Int(count))
        return getgroups(count, &groups) > 0 && groups.contains(group)
    }
}

extension String {
    /// As a shell takes it for one word.
    fileprivate var shellWord: String {
        let isPlain = utf8.allSatisfy { byte in
            switch byte {
            case 0x2b...0x3a, 0x40...0x5a, 0x5f, 0x61...0x7a: true
            case _: false
            }
        }
        return isPlain && !isEmpty ? self : "'" + replacing("'", with: "'\\''") + "'"
    }
}
