// From a document to a manifest. Each part of the manifest is read in one place, all in the files
// ManifestReader*.swift; here are the root's own texts and how the parts come together.

import Engine
import JSON
import JSONSchema
import Proofs

extension Manifest {
    /// - Throws: every problem of the document.
    package static func read(_ document: SourceDocument) throws(Problems) -> Manifest {
        var findings = Findings()
        if let root = Part(document.value, at: .root, keys: ManifestKeys.root, &findings) {
            var reader = ManifestReader(root: root, findings: findings)
            let manifest = reader.manifest(content: document.value)
            findings = reader.findings
            if findings.all.isEmpty, let manifest { return manifest }
        }
        throw Problems(findings.problems(in: document))
    }

    /// What is right but does less than its author may think.
    package func warnings(in document: SourceDocument) -> [Problem] {
        var findings = Findings()
        if let verify, verify.result == nil, output != nil {
            findings.add(
                JSONPointer(tokens: ["verify"]),
                "without `result` what the probe finds must itself fit `output`, or the call "
                    + "stays unknown; map it in `verify.result`")
        }
        if input["additionalProperties"] == nil, input["unevaluatedProperties"] == nil {
            findings.add(
                JSONPointer(tokens: ["input"]),
                "arguments that are not declared are let through; add "
                    + "`additionalProperties: false`")
        }
        if let amount = tool.limits.amount, !SchemaPaths.isRequired(amount.of.tokens, in: input) {
            findings.add(
                JSONPointer(tokens: ["limits", "amount", "of"]),
                "a call may leave `\(amount.of)` out, and then it adds nothing to the sum; name "
                    + "it in `required`")
        }
        return findings.problems(in: document)
    }
}

struct ManifestReader {
    let root: Part
    var findings: Findings

    /// - Returns: nil where something is missing; the findings say what.
    mutating func manifest(content: JSONValue) -> Manifest? {
        let name = name()
        let title = line("title", max: CatalogLimits.maxTitleScalars)
        let version = line("version", max: CatalogLimits.maxVersionScalars)
        let description = description()
        let agent = root.flag("agent", &findings) ?? true
        let schemas = schemas()
        let connector = connector()
        let effect = effect(connectorKind: connector?.kind)
        let approval = approval(effect: effect)
        let limits = limits(input: schemas?.input.value)
        let mode = mode()
        let (labels, stripsInvisible) = labels(effect: effect)
        let evidence = evidence(input: schemas?.input.value)
        let idempotency = idempotency(effect: effect, input: schemas?.input.value)
        let timeoutMs =
            root.duration("timeout", most: CatalogLimits.maxTimeoutMs, &findings) ?? 10_000
        let waitMs = root.duration(
            "wait", least: 0, most: CatalogLimits.maxTimeoutMs, &findings)
        let retry = retry()
        let followUps = followUps(effect: effect, schemas: schemas, timeoutMs: timeoutMs)
        let digest = digest(of: content)
        guard let name, let description, let schemas, let connector, let effect, let digest
        else { return nil }
        return Manifest(
            tool: Tool(
                name: name, manifest: digest, delivery: effect.delivery,
                reversibility: effect.reversibility, idempotency: idempotency,
                approval: approval, timeoutMs: timeoutMs, retry: retry,
                followUps: followUps.rules(isPivot: effect.isPivot), limits: limits, mode: mode,
                labels: labels),
            title: title, description: description, version: version, agent: agent,
            input: schemas.input.value, inputSchema: schemas.input.compiled,
            output: schemas.output?.value, outputSchema: schemas.output?.compiled,
            connector: connector.spec, connectorKind: connector.kind,
            notFound: connector.notFound, verify: followUps.verify,
            compensate: followUps.compensate, after: followUps.after,
            refresh: followUps.refresh, didTemplate: followUps.did, waitMs: waitMs,
            evidence: evidence, stripsInvisible: stripsInvisible, content: content)
    }

    private mutating func name() -> ToolName? {
        guard root.required("name", &findings) != nil, let text = root.text("name", &findings)
        else { return nil }
        guard ManifestReader.isName(text) else {
            findings.add(
                root.place("name"),
                "`\(text)` is not a tool's name; write 1 to 64 of a-z, 0-9 and _, a letter first")
            return nil
        }
        guard !Manifest.reservedNames.contains(text) else {
            findings.add(
                root.place("name"),
                "`\(text)` is the name of one of the host's own tools; choose another")
            return nil
        }
        return ToolName(text)
    }

    static func isName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...64).contains(bytes.count), isLetter(bytes[0]) else { return false }
        return bytes.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x5f }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }

    /// A text of one line: it stands in lists and headings.
    private mutating func line(_ name: String, max: Int) -> String? {
        guard let text = root.text(name, &findings) else { return nil }
        let hasControls = text.unicodeScalars.contains {
            $0.properties.generalCategory == .control
        }
        guard !text.isEmpty, !hasControls, text.unicodeScalars.count <= max else {
            findings.add(
                root.place(name),
                "must be one line of 1 to \(max) characters without control characters")
            return nil
        }
        return text
    }

    private mutating func description() -> String? {
        guard root.required("description", &findings) != nil,
            let text = root.text("description", &findings)
        else { return nil }
        let count = text.unicodeScalars.count
        guard count < CatalogLimits.descriptionScalars else {
            findings.add(
                root.place("description"),
                "has \(count) characters; clients cut a description at "
                    + "\(CatalogLimits.descriptionScalars), so it must stay under that")
            return nil
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            findings.add(
                root.place("description"), "is empty; say what the tool does and when to use it")
            return nil
        }
        return text
    }

    private mutating func connector() -> (spec: JSONObject, kind: String, notFound: String?)? {
        guard root.required("connector", &findings) != nil,
            let part = root.part("connector", keys: nil, &findings),
            part.required("kind", &findings) != nil, let kind = part.text("kind", &findings)
        else { return nil }
        let table = ManifestKeys.connectorKinds
        guard table.known.contains(kind) || ManifestKeys.hostsOwnKinds.contains(kind) else {
            let hint =
                NearestName.of(kind, among: table.known).map { "did you mean \"\($0)\"?" }
                ?? "the kinds are \(table.known.joined(separator: ", "))"
            findings.add(
                part.place("kind"),
                table.later.contains(kind)
                    ? "the connector `\(kind)` is not part of this release yet; "
                        + "use one of \(table.known.joined(separator: ", "))"
                    : "`\(kind)` is no connector; \(hint)")
            return nil
        }
        return (part.object, kind, part.text("not_found", &findings))
    }

    private mutating func digest(of content: JSONValue) -> ManifestDigest? {
        do {
            return ManifestDigest(try .canonical(content, domain: Manifest.digestDomain))
        } catch {
            findings.add(error.pointer, error.message)
            return nil
        }
    }
}
