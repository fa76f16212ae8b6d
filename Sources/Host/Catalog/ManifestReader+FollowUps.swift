// The calls that a manifest names for later (verify, compensate, after; refresh has its own file)
// and what it says was done (audit). They are held to their form here; that the tools they name
// exist is the catalog's part.

import Engine
import JSON
import JSONSchema

struct FollowUpParts {
    var verify: Verification?
    var compensate: NamedCall?
    var after: ReadBack?
    var refresh: Refresh?
    var did: ValueTemplate?

    /// What the engine must know of them.
    func rules(isPivot: Bool) -> FollowUps {
        var rules = FollowUps()
        rules.verify = verify?.rule
        rules.readsBack = after != nil
        let named = [verify?.call.tool, after?.call.tool, refresh?.call.tool]
        rules.probes = Set(named.compactMap { $0 }).sorted()
        rules.refreshes = refresh != nil
        rules.undo = compensate?.tool
        rules.isPivot = isPivot
        return rules
    }
}

private enum AbsentWord: String, CaseIterable {
    case retry
}

extension ManifestReader {
    mutating func followUps(
        effect: EffectPart?, schemas: ManifestSchemas?, timeoutMs: Int64
    ) -> FollowUpParts {
        if effect?.delivery == .read {
            for name in ["verify", "compensate", "after", "refresh"] where root.has(name) {
                findings.add(root.place(name), "a read changes nothing; remove `\(name)`")
            }
        }
        var parts = FollowUpParts()
        let input = schemas?.input.value ?? .bool(true)
        let output = schemas?.output?.value
        let before = TemplateRoots(input: input)
        let afterwards = TemplateRoots(input: input, result: output, hasResult: true)
        parts.verify = verification(
            input: input, roots: before, timeoutMs: timeoutMs)
        if let part = root.part("compensate", keys: ManifestKeys.compensate, &findings) {
            parts.compensate = namedCall(part, roots: afterwards)
            if let call = parts.compensate {
                checkCompensation(call, verify: parts.verify, schemas: schemas)
            }
        }
        parts.after = readBack(roots: afterwards)
        parts.refresh = refresh(input: input, roots: before)
        parts.did = did(roots: afterwards, input: input, output: output)
        return parts
    }

    private mutating func verification(
        input: JSONValue, roots: TemplateRoots, timeoutMs: Int64
    ) -> Verification? {
        guard let part = root.part("verify", keys: ManifestKeys.verify, &findings) else {
            return nil
        }
        let call = namedCall(part, roots: roots)
        let found = part.required("found", &findings).flatMap {
            compile($0, at: part.place("found"))
        }
        let result = part.object["result"].flatMap {
            template(
                $0, at: part.place("result"),
                roots: TemplateRoots(input: input, hasResult: true))
        }
        let settleMs = part.duration("settle", &findings)
        let absent = part.word("absent", AbsentWord.self, &findings)
        guard let call, let found else { return nil }
        return Verification(
            call: call, found: found.compiled, result: result,
            rule: VerifyRule(
                settleMs: settleMs ?? VerifyRule.defaultSettleMs(timeoutMs: timeoutMs),
                retriesAbsent: absent == .retry))
    }

    private mutating func readBack(roots: TemplateRoots) -> ReadBack? {
        guard let part = root.part("after", keys: ManifestKeys.after, &findings) else {
            return nil
        }
        let call = namedCall(part, roots: roots)
        let expect = part.required("expect", &findings).flatMap {
            compile($0, at: part.place("expect"))
        }
        guard let call, let expect else { return nil }
        return ReadBack(call: call, expect: expect.compiled)
    }

    mutating func namedCall(_ part: Part, roots: TemplateRoots) -> NamedCall? {
        let name = part.required("tool", &findings) == nil ? nil : part.text("tool", &findings)
        if let name, !ManifestReader.isName(name) {
            findings.add(part.place("tool"), "`\(name)` is not a tool's name")
        }
        let value = part.object["arguments"] ?? .object([:])
        if value.objectValue == nil {
            findings.add(
                part.place("arguments"),
                "must be a map of arguments, but \(value.kindName) is here")
        }
        let arguments = template(value, at: part.place("arguments"), roots: roots)
        guard let name, let arguments else { return nil }
        return NamedCall(tool: ToolName(name), arguments: arguments)
    }

    /// The undo must still be possible when its secrets are gone and when the outcome was learned
    /// from the probe alone.
    private mutating func checkCompensation(
        _ call: NamedCall, verify: Verification?, schemas: ManifestSchemas?
    ) {
        let place = root.place("compensate").appending("arguments")
        for reference in call.arguments.references {
            let rest = reference.pointer.tokens.dropFirst()
            let isResult = reference.pointer.tokens.first == "result"
            let schema = isResult ? schemas?.output?.value : schemas?.input.value
            if let schema, SchemaPaths.sensitivity(of: rest, in: schema) == .secret {
                findings.add(
                    place.appending(reference.place),
                    "`\(reference.pointer)` is secret and forgotten when the call has ended; "
                        + "undo with something else")
            }
            guard isResult, let verify, !supplies(verify.result, rest.first) else { continue }
            findings.add(
                place.appending(reference.place),
                "`\(reference.pointer)` would be missing after a verified call; "
                    + "map it in `verify.result`")
        }
    }

    private func supplies(_ result: ValueTemplate?, _ name: String?) -> Bool {
        guard let result else { return false }
        guard let name, let names = result.memberNames else { return true }
        return names.contains(name)
    }

    private mutating func did(
        roots: TemplateRoots, input: JSONValue, output: JSONValue?
    ) -> ValueTemplate? {
        guard let part = root.part("audit", keys: ManifestKeys.audit, &findings),
            part.text("did", &findings) != nil, let value = part.object["did"],
            let template = template(value, at: part.place("did"), roots: roots)
        else { return nil }
        for pointer in template.pointers {
            let schema = pointer.tokens.first == "result" ? output : input
            guard let schema, pointer.tokens.first != "call",
                SchemaPaths.sensitivity(of: pointer.tokens.dropFirst(), in: schema) != nil
            else { continue }
            findings.add(
                part.place("did"),
                "`\(pointer)` is marked with x-sensitivity and may not stand in the record's "
                    + "words; leave it out")
        }
        return template
    }

    mutating func template(
        _ value: JSONValue, at place: JSONPointer, roots: TemplateRoots
    ) -> ValueTemplate? {
        do {
            let template = try ValueTemplate(parsing: value)
            for problem in template.problems(roots) {
                findings.add(place.appending(problem.pointer), problem.message)
            }
            return template
        } catch {
            findings.add(place.appending(error.pointer), error.message)
            return nil
        }
    }
}
