// What the answer to a probe means to the call that it was made for. Pure, as the making of probes.

package import Engine
import JSON
import JSONSchema

extension Manifest {
    /// What the probe's own end says of the call.
    package func verdict(
        for purpose: Probe.Purpose, _ outcome: AttemptOutcome, _ roots: FollowUpRoots
    ) -> ProbeOutcome {
        switch outcome {
        case .succeeded(let answer):
            // As it would be recorded of a call.
            return verdict(for: purpose, answer: answer.withLargeIntegersAsText(), roots)
        case .succeededTooLarge(let byteCount):
            return .unsure(
                reason: "The probe's answer is too large to be read (\(byteCount) bytes).")
        case .failed(let failure): return .unsure(reason: "The probe failed: \(failure.message)")
        case .unknown(let reason): return .unsure(reason: "The probe came to nothing: \(reason)")
        case .voided: return .unsure(reason: "The probe was not made.")
        }
    }

    private func verdict(
        for purpose: Probe.Purpose, answer: JSONValue, _ roots: FollowUpRoots
    ) -> ProbeOutcome {
        let values = roots.values(result: answer)
        do throws(FollowUpProblem) {
            switch purpose {
            case .verify:
                guard let verify else { throw unnamed(purpose) }
                return try verified(by: verify, answer: answer, values)
            case .readBack:
                guard let after else { throw unnamed(purpose) }
                return after.expect.isValid(answer) ? .confirmed : .differs(answer)
            case .refresh:
                guard let refresh else { throw unnamed(purpose) }
                return .renewed(try renewed(roots.arguments, by: refresh, values))
            }
        } catch {
            return .unsure(reason: error.message)
        }
    }

    private func unnamed(_ purpose: Probe.Purpose) -> FollowUpProblem {
        FollowUpProblem(message: "The manifest of \(name) names no `\(purpose.rawValue)`.")
    }

    private func verified(
        by verify: Verification, answer: JSONValue, _ values: JSONValue
    ) throws(FollowUpProblem) -> ProbeOutcome {
        guard verify.found.isValid(answer) else { return .absent }
        let result =
            if let mapping = verify.result { try rendered(mapping, "verify.result", values) } else {
                answer
            }
        guard let object = result.objectValue, object[Manifest.reservedResult] == nil else {
            throw notOurs("\(result.kindName) with which nothing can be done")
        }
        let violations = outputSchema?.validate(result) ?? []
        guard violations.isEmpty else {
            throw notOurs(violations.map(\.message).joined(separator: "; "))
        }
        return .found(result)
    }

    private func notOurs(_ what: String) -> FollowUpProblem {
        FollowUpProblem(
            message: "The probe found it, but what it found is no result of \(name): \(what). "
                + "Settle the call by hand, and correct `verify.result` of the manifest.")
    }

    private func renewed(
        _ arguments: JSONObject, by refresh: Refresh, _ values: JSONValue
    ) throws(FollowUpProblem) -> JSONObject {
        var renewed = JSONValue.object(arguments)
        for field in refresh.set {
            let value = try rendered(field.value, "refresh.set", values)
            guard let next = renewed.setting(value, at: field.pointer.tokens[...]) else {
                throw FollowUpProblem(
                    message: "The call has no place \(field.pointer) that `refresh` could set.")
            }
            renewed = next
        }
        let violations = inputSchema.validate(renewed)
        guard violations.isEmpty, let object = renewed.objectValue else {
            throw FollowUpProblem(
                message: "The arguments renewed by `refresh` are not right for \(name): "
                    + violations.map(\.message).joined(separator: "; ") + ".")
        }
        return object
    }
}

extension JSONValue {
    /// This value with another at a place. Objects on the way that are not there are made; of a
    /// list only an element that is there can be set. Nil where the way leads through anything
    /// else.
    fileprivate func setting(_ value: JSONValue, at tokens: ArraySlice<String>) -> JSONValue? {
        guard let token = tokens.first else { return value }
        let rest = tokens.dropFirst()
        switch self {
        case .null, .bool, .number, .string: return nil
        case .object(var object):
            guard let inner = (object[token] ?? [:]).setting(value, at: rest) else { return nil }
            object[token] = inner
            return .object(object)
        case .array(var elements):
            guard let index = Int(token), elements.indices.contains(index), String(index) == token,
                let inner = elements[index].setting(value, at: rest)
            else { return nil }
            elements[index] = inner
            return .array(elements)
        }
    }
}
