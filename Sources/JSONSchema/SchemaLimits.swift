// The limits on everything this target reads or does. Each is tested at and one past. No logic.

/// How large a schema may be, and how much work one validation may cost.
package struct SchemaLimits: Sendable {
    /// Schemas inside one another, counted in documents while they are read.
    package var schemaDepth = 128
    /// Schemas in all documents that one compiled schema draws on.
    package var schemaCount = 20_000
    /// Places that are being checked inside one another, references included. Checking is
    /// recursive: this depth takes under 256 KiB of stack in a release build, 3 MiB in a debug one.
    package var validationDepth = 256
    /// Steps of one validation: one for each schema applied and for each member or item looked
    /// at, and one for each step of a pattern.
    package var validationSteps = 5_000_000
    /// Violations reported for one value. More would not help anybody to repair it.
    package var violations = 20
    package var patternLength = 4_096
    package var patternDepth = 64
    /// Instructions of one pattern with its repetitions counted out.
    package var patternInstructions = 10_000
    /// Instructions of all patterns of one compiled schema.
    package var allPatternInstructions = 100_000
    /// Significant digits of a `multipleOf`, so that remainders fit a machine word.
    package var divisorDigits = 18
    /// Characters of a found value that a message repeats.
    package var shownCharacters = 60
    /// Names or values that a message lists before it counts the rest.
    package var shownChoices = 12

    package init() {}

    package static let standard = SchemaLimits()
}
