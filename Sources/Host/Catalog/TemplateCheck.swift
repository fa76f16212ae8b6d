// Whether the pointers of a template lead somewhere, as far as the schemas can tell beforehand.

package import JSON

/// What the pointers of one template may name (DESIGN section 13, "Mapping roots").
package struct TemplateRoots: Sendable {
    package let input: JSONValue
    /// The schema of `/result`; nil where that root is not there or has no schema.
    package let result: JSONValue?
    package let hasResult: Bool
    package let hasApproval: Bool

    package init(
        input: JSONValue, result: JSONValue? = nil, hasResult: Bool = false,
        hasApproval: Bool = false
    ) {
        self.input = input
        self.result = result
        self.hasResult = hasResult
        self.hasApproval = hasApproval
    }

    static let approvalFields = ["decision", "by", "reason", "at"]

    fileprivate var names: [String] {
        ["/arguments", "/call/id"] + (hasResult ? ["/result"] : [])
            + (hasApproval ? ["/approval"] : [])
    }
}

extension ValueTemplate {
    /// Every pointer that cannot lead anywhere, with where it stands in the template.
    package func problems(_ roots: TemplateRoots) -> [TemplateError] {
        references.compactMap { reference in
            reference.pointer.fault(in: roots).map {
                TemplateError(pointer: reference.place, message: $0)
            }
        }
    }
}

extension JSONPointer {
    fileprivate func fault(in roots: TemplateRoots) -> String? {
        let rest = tokens.dropFirst()
        switch tokens.first {
        case "arguments"?:
            return fault(of: SchemaPaths.look(rest, in: roots.input), "the input schema")
        case "result"? where roots.hasResult:
            guard let schema = roots.result else { return nil }
            return fault(of: SchemaPaths.look(rest, in: schema), "the output schema")
        case "approval"? where roots.hasApproval:
            if rest.isEmpty { return nil }
            return rest.count == 1 && TemplateRoots.approvalFields.contains(rest.first ?? "")
                ? nil : "`\(self)` is not there; /approval has decision, by, reason and at"
        case "call"?:
            return Array(rest) == ["id"] ? nil : "`\(self)` is not there; /call has only id"
        case _:
            return "`\(self)` begins at no root; the roots here are "
                + roots.names.joined(separator: ", ")
        }
    }

    private func fault(of answer: SchemaPaths.Answer, _ schema: String) -> String? {
        switch answer {
        case .declared, .unsure: nil
        case .undeclared(let token, let properties):
            if let nearest = NearestName.of(token, among: properties) {
                "`\(self)` is not in \(schema); did you mean \"\(nearest)\"?"
            } else {
                "`\(self)` is not in \(schema), which declares no `\(token)`"
            }
        }
    }
}
