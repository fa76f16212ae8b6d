// The documents of `--json`, held to what they are promised to be.

import Engine
import JSON
import Testing

@testable import Host

@Suite struct ViewsDocumentTests {
    @Test func thereIsNothingWhereNothingWasJournaled() throws {
        let project = try ViewsProject()
        let viewer = try project.viewer()
        #expect(try viewer.runs(state: nil, limit: 10).isEmpty)
        #expect(try viewer.approvals(all: true).isEmpty)
        #expect(try viewer.records(from: 0, limit: 10).isEmpty)
        #expect(!project.project.hasJournal)
        #expect(throws: Ending.self) { try viewer.run("run_x") }
    }

    @Test func aRunAndItsCallWithEvents() async throws {
        let project = try ViewsProject()
        await project.call("send", ["to": "ana", "outcome": "unknown"])
        let run = try #require(try project.viewer().runs(state: .needsAttention, limit: 1).first)
        #expect(Renamed.text(run.document) == ViewsDocumentTests.unknownRun)
    }

    @Test func anApprovalBeforeAndAfterItsDecision() async throws {
        let project = try ViewsProject()
        await project.call("ask", ["amount": 5, "reason": "they asked"])
        let asked = try #require(try project.viewer().approvals(all: false).first)
        #expect(Renamed.text(asked.document) == ViewsDocumentTests.pending)
        let denied = try project.decisions.decide(
            asked.approval.id.text, .deny(reason: "not today"))
        #expect(denied.document["state"] == "denied")
        let decisions: JSONValue = [
            [
                "decision": "denied", "by": "ada", "at": "2026-07-28T09:30:00.000Z",
                "identity": ["kind": "account", "account": "ada"], "reason": "not today",
            ]
        ]
        #expect(denied.document["decisions"] == decisions)
    }

    @Test func aCallAloneStandsInItsRun() async throws {
        let project = try ViewsProject()
        await project.call("run_begin", ["purpose": "two letters"])
        let run = try #require(try project.viewer().runs(state: nil, limit: 1).first).run.id
        await project.call("send", ["to": "ana"], run: run.text)
        await project.call("send", ["to": "bob"], run: run.text)
        let whole = try project.viewer().run(run.text)
        #expect(whole.document["calls"]?.arrayValue?.count == 2)
        #expect(whole.document["purpose"] == "two letters")
        let second = try #require(whole.calls.last).call.id
        let alone = try project.viewer().run(second.text).document
        #expect(alone["run_id"] == .string(run.text))
        #expect(alone["calls"]?.arrayValue?.map { $0["call_id"] } == [.string(second.text)])
    }

    static let pending = """
        {
          "approval_id": "apr_1",
          "call_id": "call_1",
          "run_id": "run_1",
          "tool": "ask",
          "arguments": {
            "amount": 5,
            "reason": "they asked"
          },
          "reason": "they asked",
          "rule": "manifest",
          "state": "pending",
          "action": "HEX",
          "profile": "desk",
          "on_behalf_of": "ada",
          "asked_at": "2026-07-28T09:30:00.000Z",
          "decide_by": "2026-07-28T11:30:00.000Z",
          "execute_by": null,
          "decisions": [],
          "digest": "sha256:HEX",
          "needed": [
            {
              "rule": "manifest",
              "stage": 0,
              "missing": 1,
              "by": [
                "requester"
              ],
              "people": [
                "ada"
              ]
            }
          ],
          "escalated": false,
          "reminders": 0,
          "because": null,
          "policy": "HEX",
          "taint": []
        }
        """

    static let unknownRun = """
        {
          "run_id": "run_1",
          "state": "needs_attention",
          "purpose": null,
          "profile": "desk",
          "on_behalf_of": "ada",
          "created_at": "2026-07-28T09:30:00.000Z",
          "next": "send may have happened: look in the system itself, then: holdfast resolve \
        call_1 --succeeded JSON | --failed CLASS | --retry  --reason …",
          "calls": [
            {
              "call_id": "call_1",
              "tool": "send",
              "state": "unknown",
              "status": "unknown",
              "attempts": 1,
              "error": {
                "message": "the line went dead"
              },
              "arguments": {
                "outcome": "unknown",
                "to": "(personal)"
              },
              "doubt": {
                "attempt": 1,
                "cause": "no_answer",
                "senders": []
              },
              "pinned": {
                "manifest": "HEX",
                "current": "HEX",
                "changed": false
              },
              "next": "look in the system itself, then: holdfast resolve call_1 --succeeded JSON | \
        --failed CLASS | --retry  --reason …",
              "events": [
                {
                  "index": 1,
                  "at": "2026-07-28T09:30:00.000Z",
                  "kind": "call_accepted",
                  "actor": {
                    "kind": "agent",
                    "name": "desk"
                  },
                  "body": {
                    "tool": "send",
                    "manifest": "HEX",
                    "delivery": "at_most_once",
                    "timeout_ms": 10000,
                    "environment": "hmac-sha256:HEX",
                    "reversibility": "reversible",
                    "key": {
                      "tag": "hmac-sha256:HEX",
                      "source": "arguments",
                      "fingerprint": "hmac-sha256:HEX",
                      "window_ms": 600000
                    },
                    "ruling": {
                      "verdict": "allow",
                      "policy": "HEX",
                      "rules": [
                        "profile"
                      ]
                    }
                  }
                },
                {
                  "index": 2,
                  "at": "2026-07-28T09:30:00.000Z",
                  "kind": "attempt_started",
                  "attempt": 1,
                  "actor": {
                    "kind": "host",
                    "name": "own_1"
                  },
                  "body": {
                    "owner": "own_1",
                    "lease_until": "2026-07-28T09:30:10.000Z",
                    "recoveries": 0
                  }
                },
                {
                  "index": 3,
                  "at": "2026-07-28T09:30:00.000Z",
                  "kind": "attempt_unknown",
                  "attempt": 1,
                  "actor": {
                    "kind": "host",
                    "name": "own_1"
                  },
                  "body": {
                    "cause": "no_answer"
                  },
                  "texts": {
                    "error": "the line went dead"
                  }
                }
              ]
            }
          ]
        }
        """
}
