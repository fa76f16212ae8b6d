// What a manifest says of trying again: how often, and how long to wait in between. When it is
// tried again at all is the engine's business.

import Engine
import JSON

extension ManifestReader {
    /// What is left out is that of the standard rule, or as near to it as what is written allows.
    mutating func retry() -> RetryRule {
        let standard = RetryRule.standard
        guard let part = root.part("retry", keys: ManifestKeys.retry, &findings) else {
            return standard
        }
        let attempts = attempts(of: part)
        let factor = factor(of: part)
        let first = wait("first", of: part)
        let max = wait("max", of: part)
        if let first, let max, max < first {
            findings.add(part.place("max"), "is less than `first`; the waits grow towards it")
            return standard
        }
        return RetryRule(
            attempts: attempts ?? standard.attempts,
            firstMs: first ?? min(standard.firstMs, max ?? standard.maxMs),
            factor: factor ?? standard.factor,
            maxMs: max ?? Swift.max(standard.maxMs, first ?? 0))
    }

    private mutating func attempts(of part: Part) -> Int? {
        guard let value = part.object["attempts"] else { return nil }
        let range = 1...CatalogLimits.maxAttempts
        if let count = value.intValue, range.contains(count) { return count }
        findings.add(
            part.place("attempts"),
            "must be a whole number from 1 (no second attempt) to \(range.upperBound)")
        return nil
    }

    private mutating func factor(of part: Part) -> Double? {
        guard let value = part.object["factor"] else { return nil }
        let range = 1...CatalogLimits.maxRetryFactor
        if let factor = value.numberValue?.double, range.contains(factor) { return factor }
        findings.add(
            part.place("factor"),
            "must be a number from 1 (every wait is as long as the first) to "
                + "\(Int(range.upperBound))")
        return nil
    }

    private mutating func wait(_ name: String, of part: Part) -> Int64? {
        part.duration(name, most: CatalogLimits.maxRetryWaitMs, &findings)
    }
}
