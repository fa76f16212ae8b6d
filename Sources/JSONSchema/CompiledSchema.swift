// The door of this target: a schema is compiled once and then applied to many values.
package import JSON

/// A JSON Schema (Draft 2020-12) ready for use. Compiling finds every mistake in the schema;
/// applying cannot fail, go on for ever or reach outside.
package struct CompiledSchema: Sendable {
    private let program: SchemaProgram

    /// - Parameters:
    ///   - assertsFormats: whether a `format` that is known here must hold; otherwise it is a note.
    ///   - registry: further documents by their URI, which `$ref` and `$schema` may name. Nothing
    ///     is ever fetched.
    package init(
        compiling document: JSONValue, limits: SchemaLimits = .standard,
        assertFormats: Bool = true, registry: [String: JSONValue] = [:]
    ) throws(SchemaError) {
        program = try SchemaCompiler.compile(
            document, limits: limits, assertsFormats: assertFormats, registry: registry)
    }

    package func isValid(_ instance: JSONValue) -> Bool {
        var evaluator = Evaluator(program, instance, isCollecting: false)
        return evaluator.run()
    }

    /// Whether `instance` fits; nil where finding out takes too much work.
    package func verdict(on instance: JSONValue) -> Bool? {
        var evaluator = Evaluator(program, instance, isCollecting: false)
        let fits = evaluator.run()
        return evaluator.halt == nil ? fits : nil
    }

    /// What is wrong with `instance`; empty where it fits. A value that takes too much work to
    /// check does not fit, and the last violation says so.
    package func validate(_ instance: JSONValue) -> [SchemaViolation] {
        var quick = Evaluator(program, instance, isCollecting: false)
        if quick.run() { return [] }
        if let halt = quick.halt { return [violation(for: halt)] }
        var thorough = Evaluator(program, instance, isCollecting: true)
        _ = thorough.run()
        let violations = thorough.findings.map(\.violation)
        return violations + (thorough.halt.map { [violation(for: $0)] } ?? [])
    }

    /// Whether any place of any value may be under `x-sensitivity`.
    package var marksAnything: Bool { program.hasSensitivity }

    /// The places of `instance` under `x-sensitivity`, so that they can be masked.
    package func sensitivePointers(in instance: JSONValue) -> [SensitivePlace] {
        var finder = SensitiveFinder(program)
        return finder.find(in: instance)
    }

    private func violation(for halt: Evaluator.Halt) -> SchemaViolation {
        let limits = program.limits
        let problem =
            switch halt {
            case .work:
                "takes more than \(limits.validationSteps) steps to check; "
                    + "send less at once, or texts and lists that are shorter"
            case .depth:
                "makes the check go deeper than \(limits.validationDepth) schemas; "
                    + "send a value that nests less"
            }
        return SchemaViolation(
            instance: .root, schema: program.nodes[program.root].pointer,
            message: "the value: \(problem)")
    }
}
