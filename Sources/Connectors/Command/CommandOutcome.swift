// What a command's end means: the table of exit codes, and its output read as JSON. Nothing is
// started or stopped here.

import Engine
import JSON

struct CommandOutcome {
    let program: String
    let isWrite: Bool
    let timeoutMs: Int64
    let secrets: [String]

    func outcome(of ended: LeashedResult) -> AttemptOutcome {
        guard ended.isCleared || ended.end == .exited(0) else {
            return unclear(
                "a process that `\(name)` started could not be killed; it may still be at work")
        }
        switch ended.end {
        case .exited(0): return succeeded(ended)
        case .exited(let code): return exited(code, ended)
        case .signalled(let signal):
            return unclear("`\(name)` was killed by signal \(signal)" + words(ended))
        case .timedOut:
            return unclear(
                "`\(name)` did not end within \(timeoutMs) ms and was killed" + words(ended))
        case .stopped:
            return unclear("`\(name)` was asked to stop and was killed" + words(ended))
        case .lost:
            return unclear("the process that watches `\(name)` was killed, and so was `\(name)`")
        case .notStarted(let reason): return .failed(notStarted(reason))
        }
    }

    /// The line by which it asks is taken off: it is not for people.
    private func askedToComeAgain(_ code: Int32, _ ended: LeashedResult) -> Failure {
        let asked = RetryAfter(endOf: ended.errors)
        var said = ended
        said.errors = asked?.rest ?? said.errors
        return Failure(
            .transient, "`\(name)` ended with code \(code)" + words(said),
            retryAfterMs: asked?.ms)
    }

    /// `69` and `75` are the command's word that nothing happened, and so are the refusals.
    private func exited(_ code: Int32, _ ended: LeashedResult) -> AttemptOutcome {
        let message = "`\(name)` ended with code \(code)" + words(ended)
        switch code {
        case 64, 65: return .failed(Failure(.invalid, message))
        case 69: return .failed(Failure(.transient, message))
        case 75: return .failed(askedToComeAgain(code, ended))
        case 73: return .failed(Failure(.stale, message))
        case 77: return .failed(Failure(.permission, message))
        case 70, 78: return .failed(Failure(.fatal, message))
        case _: return unclear(message)
        }
    }

    private func succeeded(_ ended: LeashedResult) -> AttemptOutcome {
        guard !ended.isOutputOver else {
            // The command says that it did what it was to do; that it says too much is no doubt.
            if isWrite {
                let byteCount = ended.output.count + ended.droppedByteCount
                return .succeededTooLarge(byteCount: byteCount)
            }
            return unclear(
                "`\(name)` wrote unreadable output: more than \(ConnectorLimits.outputBytesMax) "
                    + "bytes")
        }
        let isBlank = ended.output.allSatisfy { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
        if isBlank { return .succeeded([:]) }
        do throws(JSONSyntaxError) {
            let value = try JSONParser.parse(ended.output)
            guard value.objectValue != nil else {
                return unclear(
                    "`\(name)` wrote unreadable output: one JSON object is wanted, but "
                        + "\(value.kindName) came")
            }
            return .succeeded(value.withLargeIntegersAsText())
        } catch {
            return unclear("`\(name)` wrote unreadable output: \(error.message)")
        }
    }

    /// Nobody can tell whether it happened: for a read that is a plain failure.
    private func unclear(_ reason: String) -> AttemptOutcome {
        guard !isWrite else { return .unknown(reason: reason) }
        return .failed(Failure(.fatal, reason.hasSuffix(".") ? reason : reason + "."))
    }

    private func notStarted(_ reason: LeashedResult.NotStarted) -> Failure {
        let message = "`\(name)` could not be started: \(reason.message). Nothing happened."
        return Failure(reason.isLikelyToPass ? .transient : .fatal, message)
    }

    private var name: String {
        program.split(separator: "/").last.map(String.init) ?? program
    }

    /// What the command said on standard error, fit for people: secrets and control characters out.
    private func words(_ ended: LeashedResult) -> String {
        let said = String(decoding: ended.errors, as: UTF8.self)
        let text = QuotedText.visible(said, without: secrets)
        let trimmed = text.drop { $0.isWhitespace }.suffix(ConnectorLimits.quotedCharactersMax)
        let body = String(trimmed.reversed().drop { $0.isWhitespace }.reversed())
        return body.isEmpty ? "." : ": " + body
    }
}
