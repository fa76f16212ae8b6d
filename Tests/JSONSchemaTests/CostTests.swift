// What validation costs: against reading the same text in the same run, and where the work of a
// schema doubles with each step.
import JSON
import JSONSchema
import Testing

struct CostTests {
    private static let task = """
        {"type": "object", "additionalProperties": false, "required": ["booking_id", "title"],
         "properties": {
           "booking_id": {"type": "string", "pattern": "^BK-[0-9]{4,8}$"},
           "title": {"type": "string", "minLength": 3, "maxLength": 200},
           "priority": {"enum": ["low", "normal", "high"]},
           "due": {"type": "string", "format": "date-time"},
           "amount": {"type": "number", "minimum": 0, "multipleOf": 0.01},
           "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": true}}}
        """
    private static let arguments = """
        {"booking_id": "BK-100123", "title": "Prepare a cot in the room before the guests arrive",
         "priority": "high", "due": "2025-03-31T09:30:00Z", "amount": 129.95,
         "tags": ["family", "arrival", "cot"]}
        """

    /// Four microseconds in a release build, three times what reading the same text costs. A debug
    /// build checks every step of its own on the way, beside other tests; there only the order of
    /// magnitude is held.
    @Test func checkingATypicalCallCostsSomeTimesWhatReadingItCosts() throws {
        let schema = try schema(Self.task)
        let text = Array(Self.arguments.utf8)
        let value = try JSONParser.parse(text)
        #expect(schema.isValid(value))
        let rounds = 200
        let clock = ContinuousClock()
        var reading = Duration.seconds(1000)
        var checking = Duration.seconds(1000)
        // The best of some tries: whatever else the machine does only adds.
        for _ in 0..<9 {
            reading = try min(reading, clock.measure {
                for _ in 0..<rounds { _ = try JSONParser.parse(text) }
            })
            checking = min(checking, clock.measure {
                for _ in 0..<rounds { _ = schema.isValid(value) }
            })
        }
        let ratio = checking / reading
        let each = checking / rounds
        print("checking a typical call: \(each), \(ratio) times reading it")
        let most: Double = _isDebugAssertConfiguration() ? 100 : 6
        #expect(ratio < most, "\(ratio)")
    }

    /// Thirty definitions, each of which asks twice for the next.
    private func doubling(_ keyword: String, _ last: String) -> String {
        let steps = (0..<30).map { step in
            let next = ##"{"$ref": "#/$defs/d\##(step + 1)"}"##
            return #""d\#(step)": {"\#(keyword)": [\#(next), \#(next)]}"#
        }
        return ##"{"$ref": "#/$defs/d0", "$defs": {\##(steps.joined(separator: ", ")), "##
            + #""d30": \#(last)}}"#
    }

    @Test(arguments: [
        ("allOf", "true"), ("anyOf", "false"), ("oneOf", #"{"type": "string"}"#),
        ("allOf", #"{"unevaluatedProperties": false}"#),
    ])
    func workThatDoublesIsStopped(_ keyword: String, _ last: String) throws {
        var limits = SchemaLimits()
        limits.validationSteps = 100_000
        let found = try messages(doubling(keyword, last), "{}", limits: limits)
        #expect(found.count == 1)
        #expect(found.first?.contains("takes more than 100000 steps to check") == true)
    }
}
