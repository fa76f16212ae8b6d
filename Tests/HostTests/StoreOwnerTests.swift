// Who may settle, resume and abort: those whom the config names, and nobody else.

import Glibc
import Testing

@testable import Host

struct StoreOwnerTests {
    @Test(arguments: [("ops", true), ("Ops", false), ("root", false), ("", false)])
    func whereOperatorsAreNamedTheyAloneMay(_ account: String, _ may: Bool) {
        do throws(Ending) {
            try StoreOwner.require(
                "/no/journal.db", account, operators: ["lena", "ops"], to: "abort runs of")
            #expect(may)
        } catch {
            #expect(!may && error.status == .denied)
            #expect(error.message.contains("lena, ops"))
        }
    }

    @Test func withoutThemTheOwnerMay() throws {
        let folder = "/tmp/holdfast-owner-\(getpid())"
        mkdir(folder, 0o700)
        defer { rmdir(folder) }
        try StoreOwner.require(folder, "whoever", operators: nil, to: "abort runs of")
        if getuid() != 0 { return print("Only root can give a file away: skipped.") }
        #expect(chown(folder, 12_345, 12_345) == 0)
        #expect(throws: Ending.self) {
            try StoreOwner.require(folder, "whoever", operators: nil, to: "abort runs of")
        }
    }
}
