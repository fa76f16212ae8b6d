// A call's phase as it lies in a snapshot, and back.

import JSON

extension Phase {
    private enum Word: String {
        case held, ready, running, waiting, unknown, verifying, confirming, succeeded, failed
        case denied, cancelled, shadow, compensating, compensated
        case recoveryExhausted = "recovery_exhausted"
        case lateSuccess = "late_success"
        case readBack = "read_back"
        case undoFailed = "undo_failed"
        case undoImpossible = "undo_impossible"
    }

    private var kind: Word {
        switch self {
        case .held: .held
        case .ready: .ready
        case .running: .running
        case .waiting: .waiting
        case .unknown: .unknown
        case .verifying: .verifying
        case .confirming: .confirming
        case .succeeded: .succeeded
        case .failed: .failed
        case .denied: .denied
        case .cancelled: .cancelled
        case .shadow: .shadow
        case .compensating: .compensating
        case .compensated: .compensated
        case .needsAttention(.recoveryExhausted): .recoveryExhausted
        case .needsAttention(.lateSuccess): .lateSuccess
        case .needsAttention(.readBack): .readBack
        case .needsAttention(.undoFailed): .undoFailed
        case .needsAttention(.undoImpossible): .undoImpossible
        }
    }

    var snapshot: JSONObject {
        var json: JSONObject = ["is": .string(kind.rawValue)]
        switch self {
        case .held, .ready, .needsAttention(.recoveryExhausted): break
        case .running(let owner, let leaseUntil):
            json.set("owner", owner)
            json.set("lease_until", leaseUntil)
        case .waiting(let until, let failure, let error):
            json.set("until", until)
            json.set("class", failure.rawValue)
            json.set("error", error)
        case .unknown(let recoverAt): json.set("recover_at", recoverAt)
        case .verifying(let probing):
            json.set("purpose", probing.purpose.rawValue)
            json["number"] = .integer(probing.number)
            json.set("owner", probing.owner)
            json.set("started_at", probing.startedAt)
            json.set("lease_until", probing.leaseUntil)
        case .confirming(let at): json.set("at", at)
        case .succeeded(let result, let withheld):
            json.set("result", result)
            json.set("withheld", withheld?.rawValue)
        case .failed(let failure, let error):
            json.set("class", failure.rawValue)
            json.set("error", error)
        case .denied(let reason), .cancelled(let reason): json.set("reason", reason)
        case .shadow(let preview): json.set("preview", preview)
        case .compensating(let by), .compensated(let by): json.set("by", by)
        case .needsAttention(.lateSuccess(let result)): json.set("result", result)
        case .needsAttention(.readBack(let found)): json.set("found", found)
        case .needsAttention(.undoFailed(let failure, let error)):
            json.set("class", failure?.rawValue)
            json.set("error", error)
        case .needsAttention(.undoImpossible(let reason)): json.set("reason", reason)
        }
        return json
    }

    init(reading reader: ObjectReader) throws(JSONShapeError) {
        switch try reader.word("is", Word.self) {
        case .held: self = .held
        case .ready: self = .ready
        case .running:
            self = .running(
                owner: try reader.minted("owner"), leaseUntil: try reader.instant("lease_until"))
        case .waiting:
            self = .waiting(
                until: try reader.instant("until"), try reader.word("class"),
                error: try reader.payload("error"))
        case .unknown: self = .unknown(recoverAt: try reader.optionalInstant("recover_at"))
        case .verifying:
            self = .verifying(
                Probing(
                    purpose: try reader.word("purpose"), number: try reader.int("number"),
                    owner: try reader.minted("owner"),
                    startedAt: try reader.instant("started_at"),
                    leaseUntil: try reader.instant("lease_until")))
        case .confirming: self = .confirming(at: try reader.instant("at"))
        case .succeeded:
            self = .succeeded(
                result: try reader.payload("result"),
                withheld: try reader.optionalWord("withheld"))
        case .failed:
            self = .failed(try reader.word("class"), error: try reader.payload("error"))
        case .denied: self = .denied(reason: try reader.optionalPayload("reason"))
        case .cancelled: self = .cancelled(reason: try reader.optionalPayload("reason"))
        case .shadow: self = .shadow(preview: try reader.optionalPayload("preview"))
        case .compensating: self = .compensating(by: try reader.minted("by"))
        case .compensated: self = .compensated(by: try reader.minted("by"))
        case .recoveryExhausted: self = .needsAttention(.recoveryExhausted)
        case .lateSuccess:
            self = .needsAttention(.lateSuccess(result: try reader.payload("result")))
        case .readBack:
            self = .needsAttention(.readBack(found: try reader.optionalPayload("found")))
        case .undoFailed:
            self = .needsAttention(
                .undoFailed(
                    try reader.optionalWord("class"),
                    error: try reader.optionalPayload("error")))
        case .undoImpossible:
            self = .needsAttention(.undoImpossible(reason: try reader.payload("reason")))
        }
    }
}
