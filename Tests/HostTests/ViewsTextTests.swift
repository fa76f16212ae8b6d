// What people read: safe in a terminal, in the promised order, and with nothing masked shown.

import Engine
import Foundation
import JSON
import Proofs
import Testing

@testable import Host

@Suite struct ViewsTextTests {
    @Test func whatATerminalWouldObeyIsEscaped() {
        #expect("plain “text”".shownInLine == "plain “text”")
        #expect("say \"hi\"".shownInLine == "say \"hi\"")
        #expect("a\u{1B}[2Jb".shownInLine == "a\\u001b[2Jb")
        #expect("a\u{202E}b\u{200B}".shownInLine == "a\\u202eb\\u200b")
        #expect("a\nb".shown == "a\nb")
        #expect("a\rb\nc".shown == "a\\rb\nc")
        #expect("a\nb".shownInLine == "a\\nb")
    }

    @Test func longTextIsCut() {
        let long = String(repeating: "x", count: 601)
        #expect(String(long.dropLast()).quoted() == "\"\(long.dropLast())\"")
        #expect(long.quoted() == "\"\(long.dropLast())\" …")
    }

    @Test func tablesAreAlignedOnATerminalOnly() {
        var table = TextTable(["A", "B"])
        table.add(["long cell", "x\ty"])
        #expect(table.text(.plain) == "long cell\tx\\ty")
        let wide = table.text(TextStyle(isTerminal: true, hasColor: false))
        #expect(wide == "A          B\nlong cell  x\\ty")
        let tinted = table.text(TextStyle(isTerminal: true, hasColor: true))
        #expect(tinted.contains("\u{1B}[2m"))
    }

    @Test func anApprovalSaysWhatToWhatWhyAndWhatIfNotBeforeAnyId() async throws {
        let project = try ViewsProject()
        await project.call("ask", ["amount": 5, "reason": "they \u{202E}asked"])
        let approvals = try project.viewer().approvals(all: false)
        let text = ApprovalListText.text(approvals, .plain)
        let parts = [
            "CANNOT BE UNDONE", "amount: 5", "reason: \"they \\u202easked\"",
            "why      \"they \\u202easked\"", "it does not run", "digest   sha256:", "apr_",
        ]
        let places = parts.compactMap { text.range(of: $0)?.lowerBound }
        #expect(places.count == parts.count, "\(text)")
        #expect(places == places.sorted(), "\(text)")
    }

    @Test func anApprovalSaysWhatItsRunHasDoneAlready() async throws {
        let project = try ViewsProject()
        await project.call("run_begin", ["purpose": "many letters"])
        let run = try #require(try project.viewer().runs(state: nil, limit: 1).first).run.id.text
        func text(after letters: [String]) async throws -> String {
            for letter in letters {
                await project.call("send", ["to": "ana@x.org", "text": .string(letter)], run: run)
            }
            await project.call("ask", ["amount": 5], run: run)
            let asked = try #require(try project.viewer().approvals(all: false).first)
            #expect(asked.text(.plain).contains("digest   sha256:\(asked.approval.action.hex)"))
            return asked.text(.plain)
        }
        #expect(try await text(after: []).contains("so far   nothing else was done in this run"))
        let five = try await text(after: ["A", "B", "C", "D", "E"])
        #expect(five.contains("so far   Sent M-1: A\n         Sent M-1: B\n"), "\(five)")
        let six = try await text(after: ["F\u{1B}[0m"])
        #expect(six.contains("so far   1 more before these:\n         Sent M-1: B\n"), "\(six)")
        #expect(six.contains("Sent M-1: F\\u001b[0m"))
        #expect(!six.contains("ana@x.org"))
    }

    @Test func aFindingDoesNotSayTheProgramsName() {
        let ending = Ending(JournalFault(.corrupt, "holdfast: is kept inside"))
        #expect(ending.message == "holdfast: holdfast: is kept inside")
        #expect(ending.words == "holdfast: is kept inside")
        #expect(Ending(.failed, "plain").words == "plain")
    }

    @Test func aClockThatRanOutCountsAlthoughNobodyNotedIt() async throws {
        let project = try ViewsProject()
        await project.call("ask", ["amount": 5])
        #expect(try project.viewer(laterByMs: 7_199_999).approvals(all: false).count == 1)
        let later = try project.viewer(laterByMs: 7_200_000)
        #expect(try later.approvals(all: false).isEmpty)
        #expect(try later.approvals(all: true).first?.state == .expired)
    }

    @Test func aRunSaysWhatMayHaveHappenedAndWhatToDo() async throws {
        let project = try ViewsProject()
        let call = try await project.unknownCall()
        let entry = try project.viewer().run(call)
        let text = entry.text(.plain)
        #expect(text.contains("MAY HAVE HAPPENED"))
        #expect(text.contains("\"the line went dead\""))
        #expect(text.contains("holdfast resolve \(call)"))
    }

    @Test func nothingMaskedAndNoEscapeIsPrinted() async throws {
        let project = try ViewsProject()
        await project.call("send", ["to": "ana@example.com", "text": "x\u{1B}[0m"])
        await project.call("send", ["to": "ana@example.com", "outcome": "fatal"])
        let viewer = try project.viewer()
        let runs = try viewer.runs(state: nil, limit: 10)
        var texts = runs.map { $0.text(.plain) } + runs.map { $0.callText(.plain) }
        texts += runs.map { $0.document.prettyText }
        let records = try viewer.records(from: 0, limit: 100)
        texts.append(AuditText.details(records, .plain))
        for text in texts {
            #expect(!text.contains("ana@example.com"))
            #expect(!text.contains("wxyz-token"))
            #expect(!text.contains("\u{1B}"))
        }
        #expect(texts.contains { $0.contains("(personal)") })
        #expect(texts.contains { $0.contains("(secret)") })
    }

    @Test func spansAreSaidInTheLargestUnitThatTellsThemApart() {
        let now = ViewsProject.now
        #expect(Span.words(from: now, to: now + 86_400_000) == "in 24 h")
        #expect(Span.words(from: now, to: now + -90_000) == "90 s ago")
        #expect(Span.words(from: now, to: now + 172_800_000) == "in 2 d")
        #expect(Span.words(from: now, to: now + 999) == "now")
    }

    @Test(arguments: [
        ("3.40.1", true), ("3.51.2", true), ("3.51.3", false), ("3.52.0", false), ("4.0", false),
    ])
    func theLibraryIsKnownByItsVersion(version: String, hasRace: Bool) {
        #expect(Doctor.hasResetRace(version) == hasRace)
    }
}
