// The kind `notice_webhook`: a notice posted to an address, signed so that its receiver knows who
// sent it and when. The kind is the host's own; no manifest of a file may have it.

import Engine
package import Host
package import JSON
import Proofs
import SQLite

package struct NoticeWebhookKind: ConnectorKind {
    package let name = "notice_webhook"
    private let leashProgram: String

    package init(leashProgram: String = Leash.ownProgram) { self.leashProgram = leashProgram }

    package func connector(
        for spec: JSONObject, of tool: ConnectorContext
    ) throws(SpecProblem) -> any Connector {
        let reader = try SpecReader(spec, of: tool, keys: ["kind", "url", "secret"])
        let url = try reader.requiredText("url")
        if let refusal = WebAddress.refusal(of: url) { throw reader.problem("url", refusal) }
        let secret = try reader.requiredText("secret")
        guard let source = tool.secrets[secret] else {
            throw reader.problem("secret", "the config has no secret `\(secret)`")
        }
        return NoticeWebhook(
            url: url, secretName: secret, secret: source,
            secretCommands: SecretCommands(
                leashProgram: leashProgram, folder: tool.folder,
                leashes: LeashLocks(beside: tool.stateFolder)),
            nowMs: { HostClock.system.now().ms })
    }
}

struct NoticeWebhook: Connector {
    let url: String
    let secretName: String
    let secret: SecretSource
    let secretCommands: SecretCommands
    let nowMs: @Sendable () -> Int64

    func execute(_ attempt: Attempt, stop: StopSignal) async -> AttemptOutcome {
        attempt.mustBeForTheEffect(of: "notice_webhook")
        let patience = Patience(forMs: attempt.timeoutMs, isStopped: { stop.isRaised })
        let key: String
        do throws(AttemptFailure) {
            let reader = SecretReader { words throws(AttemptFailure) in
                try secretCommands.run(words, for: attempt, patience, stop)
            }
            key = try reader.read(secretName, secret)
        } catch {
            return .failed(error.failure)
        }
        let leftMs = (patience.deadlineNs - Patience.nowNs()) / 1_000_000
        guard leftMs > 0 else {
            return .failed(Failure(.transient, "There was no time left to send it."))
        }
        let end = await HTTPExchange.send(
            request(attempt, key), timeoutMs: leftMs, bodyBytesMax: 0, stop: stop)
        return NoticeWebhook.outcome(of: end)
    }

    func request(_ attempt: Attempt, _ key: String) -> HTTPRequest {
        let body = JSONValue.object(attempt.arguments).compactBytes()
        let seconds = String(nowMs() / 1_000)
        let signed = Array("\(seconds).".utf8) + body
        let code = MessageCode.sha256(signed, key: Array(key.utf8))
        return HTTPRequest(
            method: "POST", url: url,
            headers: [
                ("Content-Type", "application/json"), ("User-Agent", "holdfast"),
                ("Idempotency-Key", attempt.call.text),
                ("Holdfast-Signature", "t=\(seconds),v1=\(code.hex)"),
            ],
            body: body)
    }

    /// A notice changes nothing that anybody rests on, so what a server failed at counts as not
    /// done and is sent again under the same key.
    static func outcome(of end: HTTPEnd) -> AttemptOutcome {
        switch end {
        case .notSent(let reason):
            return .failed(Failure(.transient, "It could not be sent: \(shown(reason))."))
        case .unclear(let reason):
            return .unknown(reason: "It was sent, but \(shown(reason)).")
        case .answered(let answer):
            let said = "The address answered \(answer.status)"
            let waitMs = answer.retryAfterSeconds.map {
                min($0, ConnectorLimits.retryAfterMaxSeconds) * 1_000
            }
            switch answer.status {
            case 200...299: return .succeeded(["status": .integer(answer.status)])
            case 300...399:
                return .failed(
                    Failure(.fatal, "\(said), a redirect, which is not followed; name its goal."))
            case 401, 403, 407: return .failed(Failure(.permission, "\(said)."))
            case 408, 425, 429, 500...599:
                return .failed(Failure(.transient, "\(said).", retryAfterMs: waitMs))
            case 400...499: return .failed(Failure(.invalid, "\(said)."))
            case _: return .unknown(reason: "\(said), which means nothing.")
            }
        }
    }

    private static func shown(_ reason: String) -> String {
        String(reason.prefix(300)).withVisibleControls
    }
}
