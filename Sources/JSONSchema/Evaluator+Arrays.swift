// The keywords about arrays.
import JSON

extension Evaluator {
    mutating func checkArray(
        _ number: Int, _ rule: ArrayRule, _ items: [JSONValue], _ seen: inout Evaluated
    ) -> Bool {
        var fits = checkItemCount(number, rule, items.count)
        if !fits, !isCollecting { return false }
        fits = checkItems(number, rule, items, &seen) && fits
        if !fits, !isCollecting { return false }
        if let contained = rule.contains {
            fits = checkContains(number, rule, contained, items, &seen) && fits
            if !fits, !isCollecting { return false }
        }
        if rule.isUnique { fits = checkUnique(number, items) && fits }
        return fits
    }

    private mutating func checkItemCount(_ number: Int, _ rule: ArrayRule, _ count: Int) -> Bool {
        var fits = true
        if let least = rule.minItems, count < least {
            fits = fail(number, "minItems") { _ in
                "has \(count) \(Wording.plural(count, "item")); at least \(least) "
                    + "\(Wording.plural(least, "is", "are")) needed"
            }
        }
        if let most = rule.maxItems, count > most {
            fits = fail(number, "maxItems") { _ in
                "has \(count) items; at most \(most) \(Wording.plural(most, "is", "are")) allowed"
            }
        }
        return fits
    }

    private mutating func checkItems(
        _ number: Int, _ rule: ArrayRule, _ items: [JSONValue], _ seen: inout Evaluated
    ) -> Bool {
        var fits = true
        for (position, node) in zip(items.indices, rule.prefix) {
            seen.insert(position)
            fits = check(node, items[position], at: .index(position)) && fits
            if !fits, !isCollecting { return false }
        }
        guard let node = rule.items, items.count > rule.prefix.count else { return fits }
        if program.nodes[node].verdict == false {
            return failSurplus(number, "items", allowed: rule.prefix.count)
        }
        seen.insertAll()
        for position in rule.prefix.count..<items.count {
            fits = check(node, items[position], at: .index(position)) && fits
            if !fits, !isCollecting || halt != nil { return false }
        }
        return fits
    }

    private mutating func failSurplus(_ number: Int, _ keyword: String, allowed: Int) -> Bool {
        fail(number, keyword, at: .index(allowed)) { _ in
            allowed == 0
                ? "no items are allowed here; send an empty array"
                : "only \(allowed) \(Wording.plural(allowed, "item")) "
                    + "\(Wording.plural(allowed, "is", "are")) allowed; remove the rest"
        }
    }

    private mutating func checkContains(
        _ number: Int, _ rule: ArrayRule, _ node: Int, _ items: [JSONValue],
        _ seen: inout Evaluated
    ) -> Bool {
        var count = 0
        for (position, item) in items.enumerated() {
            // Enough is enough, unless the others matter too.
            if count >= rule.minContains, rule.maxContains == nil, !seen.isActive { break }
            var ignored = Evaluated.ignored
            if quietly(node, item, &ignored) {
                count += 1
                seen.insert(position)
            }
            if halt != nil { return false }
        }
        if count < rule.minContains {
            return failContains(number, rule, node, count, items.count)
        }
        if let most = rule.maxContains, count > most {
            return fail(number, "maxContains") { _ in
                "\(count) items fit what is described under contains; at most \(most) may"
            }
        }
        return true
    }

    private mutating func failContains(
        _ number: Int, _ rule: ArrayRule, _ node: Int, _ count: Int, _ total: Int
    ) -> Bool {
        let keyword = rule.minContains == 1 ? "contains" : "minContains"
        return fail(number, keyword) { voice in
            let wanted = Wording.brief(voice.program.nodes[node], limits: voice.program.limits)
            let needed = rule.minContains == 1 ? "one must" : "at least \(rule.minContains) must"
            return "\(count == 0 ? "none" : String(count)) of its \(total) "
                + "\(Wording.plural(total, "item")) \(wanted); \(needed)"
        }
    }

    private mutating func checkUnique(_ number: Int, _ items: [JSONValue]) -> Bool {
        guard items.count > 1 else { return true }
        var first: [JSONValue: Int] = [:]
        first.reserveCapacity(items.count)
        for (position, item) in items.enumerated() {
            guard spend(Self.weight(of: item)) else { return false }
            if let earlier = first.updateValue(position, forKey: item) {
                return fail(number, "uniqueItems", at: .index(position)) { _ in
                    "is the same as item \(earlier), and items must differ; remove one of them"
                }
            }
        }
        return true
    }

    mutating func checkUnevaluated(
        _ node: Int, _ number: Int, _ items: [JSONValue], _ seen: inout Evaluated
    ) -> Bool {
        var fits = true
        for (position, item) in items.enumerated() where !seen.contains(position) {
            fits = check(node, item, at: .index(position)) && fits
            if !fits, !isCollecting || halt != nil { return false }
        }
        seen.insertAll()
        return fits
    }
}
