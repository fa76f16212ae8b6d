// The secret that keyed values of the record are made with: a file outside the database, made on
// first use, readable by its owner alone.

import CLinux
import Engine
import Glibc
import Proofs

enum RecordSecret {
    private static let byteCount = 32

    /// The secret in the file at `path`, held against the journal it belongs to; where there is
    /// none and the journal has none yet, a new one, the same for all hosts that look at once.
    static func load(_ path: String, of journal: any Journal) throws(JournalFault) -> KeyedHash {
        let isSealed = try journal.read { reading throws(JournalFault) in try reading.isSealed }
        var bytes = try read(path)
        if bytes == nil {
            guard !isSealed else {
                throw JournalFault(
                    .corrupt,
                    "The record's secret \(path) is missing, and this journal cannot be used "
                        + "without it: no key would be found again, and what was done would be "
                        + "done anew. Put the file back, from where its backups are kept.")
            }
            try make(path)
            bytes = try read(path)
        }
        guard let bytes else { throw fault(path, "it is not there", ENOENT) }
        let keyed = KeyedHash(secret: bytes)
        let fits = try journal.read { reading throws(JournalFault) in
            try Doors(keyed: keyed).fits(reading)
        }
        guard fits else { throw JournalFault.otherSecret }
        return keyed
    }

    /// The secret where there is one that this account may read; for those who only look.
    static func existing(_ path: String) throws(JournalFault) -> KeyedHash? {
        if access(path, R_OK) != 0, errno == EACCES { return nil }
        return try read(path).map { KeyedHash(secret: $0) }
    }

    private static func read(_ path: String) throws(JournalFault) -> [UInt8]? {
        let file = csystem_open(path, O_RDONLY, 0)
        if file == -ENOENT { return nil }
        guard file >= 0 else { throw fault(path, "it cannot be opened", -file) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw fault(path, "it cannot be read", errno) }
        // Where a group shares the folder, another account could put a file of its own there.
        guard status.st_uid == geteuid() || geteuid() == 0 else {
            throw JournalFault(
                .readOnly,
                "The record's secret \(path) belongs to another account (uid "
                    + "\(status.st_uid)), which knows what is in it. Start the host as the account "
                    + "that owns the journal, or put the right file back.")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw JournalFault(
                .readOnly,
                "The record's secret \(path) can be read by others. Keyed values would protect "
                    + "nothing: run `chmod 600 \(path)`.")
        }
        var bytes = [UInt8](repeating: 0, count: byteCount + 1)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count == byteCount else {
            throw JournalFault(
                .corrupt,
                "The record's secret \(path) is not \(byteCount) bytes long. Put back the one "
                    + "that belongs to this journal.")
        }
        return Array(bytes.prefix(byteCount))
    }

    // With another secret no key would be found again: of two hosts that make one at once the first
    // wins, and the file outlasts a loss of power.
    private static func make(_ path: String) throws(JournalFault) {
        var entropy = Chance.entropy()
        do {
            _ = try NewFile.make(path, entropy.bytes(byteCount), mode: 0o600)
        } catch {
            throw fault(path, "it \(error.message)", error.code)
        }
    }

    private static func fault(_ path: String, _ what: String, _ code: Int32) -> JournalFault {
        JournalFault(
            code == ENOSPC ? .full : .readOnly,
            "The record's secret \(path) is needed before anything is recorded, but \(what). "
                + "Check the folder's permissions.",
            cause: String(cString: strerror(code)))
    }
}
