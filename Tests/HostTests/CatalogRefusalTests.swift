// Manifests that are wrong: each refusal's whole text, with its place.

import Host
import Testing

struct CatalogRefusalTests {
    @Test(arguments: [
        (["nmae": "nmae: x"], ["10: /nmae: unknown key; did you mean \"name\"?"]),
        (
            ["zzzz": "zzzz: 1"],
            [
                "10: /zzzz: unknown key; the keys here are name, title, description, version, "
                    + "agent, input, output, effect, idempotency, approval, timeout, wait, "
                    + "retry, verify, compensate, after, refresh, limits, mode, evidence, "
                    + "labels, audit, connector"
            ]
        ),
        (["name": ""], ["1: the key `name` is missing; add it"]),
        (
            ["name": "name: Make-Note"],
            [
                "1: /name: `Make-Note` is not a tool's name; write 1 to 64 of a-z, 0-9 and _, "
                    + "a letter first"
            ]
        ),
        (
            ["name": "name: run_begin"],
            [
                "1: /name: `run_begin` is the name of one of the host's own tools; "
                    + "choose another"
            ]
        ),
        (["name": "name: 12"],
            ["1: /name: must be text, but integer is here; put quotes around it"]),
        (["version": "version: 1.0"],
            ["10: /version: must be text, but integer is here; put quotes around it"]),
        (["description": ""], ["1: the key `description` is missing; add it"]),
        (["description": "description: \"  \""],
            ["2: /description: is empty; say what the tool does and when to use it"]),
        (
            ["title": "title: \"a\\nb\""],
            ["10: /title: must be one line of 1 to 200 characters without control characters"]
        ),
        (["agent": "agent: no"],
            ["10: /agent: must be true or false, but string is here"]),
        (["wait": "wait: [5s]"], ["10: /wait: must be text, but array is here"]),
    ])
    func texts(changes: [String: String], problems: [String]) {
        check(changes, problems)
    }

    @Test(arguments: [
        (["input": ""], ["1: the key `input` is missing; add it"]),
        (["input": "input: []"], ["3: /input: must be a map of keys, but array is here"]),
        (["input": "input: { properties: {} }"],
            ["3: /input: the root of this schema must say `type: object`"]),
        (["input": "input: { type: array }"],
            ["3: /input/type: the root of this schema must say `type: object`"]),
        (
            [
                "input":
                    "input:\n  type: object\n  properties:\n    run_id: {}\n    idempotency_key: {}"
            ],
            [
                "6: /input/properties/run_id: the host adds `run_id` to tools itself; "
                    + "remove it or choose another name",
                "7: /input/properties/idempotency_key: the host adds `idempotency_key` to tools "
                    + "itself; remove it or choose another name",
            ]
        ),
        (
            [
                "output":
                    "output:\n  type: object\n  required: [a]\n"
                    + "  properties: { holdfast: {} }\n  if: {}"
            ],
            [
                "10: /output/required/0: `a` is required but not among the properties; declare it",
                "11: /output/properties/holdfast: the host adds `holdfast` to results itself; "
                    + "choose another name",
                "12: /output/if: the root of an output schema has only type, properties, "
                    + "required and additionalProperties; remove `if`",
            ]
        ),
    ])
    func schemas(changes: [String: String], problems: [String]) {
        check(changes, problems)
    }

    @Test func schemasThatAreNone() {
        let problems = Sample.problems(
            Sample.manifest([
                "input": "input:\n  type: object\n  properties:\n    a: { type: strin }",
                "output": "output: { type: object, properties: { b: { x-sensitivity: top } } }",
            ]))
        #expect(problems.count == 2)
        #expect(problems.first?.hasPrefix("tools/x.yaml:6: /input/properties/a/type: ") == true)
        #expect(
            problems.last?.hasPrefix("tools/x.yaml:7: /output/properties/b/x-sensitivity: ")
                == true)
    }

    @Test(arguments: [
        (["effect": ""], ["1: the key `effect` is missing; add it"]),
        (["effect": "effect: { deliverry: keyed, kind: write, reversibility: partial }"],
            ["8: /effect/deliverry: unknown key; did you mean \"delivery\"?"]),
        (["effect": "effect: { kind: write, reversibility: partial, pivot: 1 }"],
            ["8: /effect/pivot: must be true or false, but integer is here"]),
        (["effect": "effect: { kind: read, pivot: false }"],
            ["8: /effect/pivot: a read is never undone; remove it"]),
        (["effect": "effect: { delivery: natural }"],
            ["8: /effect: the key `kind` is missing; add it"]),
        (["effect": "effect: { kind: wirte }"],
            ["8: /effect/kind: `wirte` is not a word for this; did you mean \"write\"?"]),
        (
            ["effect": "effect: { kind: write, delivery: maybe, reversibility: partial }"],
            [
                "8: /effect/delivery: `maybe` is not a word for this; write one of read, "
                    + "transactional, keyed, natural, at_most_once"
            ]
        ),
        (
            ["effect": "effect: { kind: read, delivery: natural, reversibility: partial }"],
            [
                "8: /effect/delivery: a read has no delivery `natural`; remove it, or write "
                    + "`kind: write`",
                "8: /effect/reversibility: a read changes nothing to reverse; remove it",
            ]
        ),
        (
            ["effect": "effect: { kind: write, delivery: read, reversibility: partial }"],
            [
                "8: /effect/delivery: a write is not delivered as `read`; write one of "
                    + "transactional, keyed, natural, at_most_once"
            ]
        ),
        (
            [
                "effect":
                    "effect: { kind: write, delivery: transactional, reversibility: partial }",
                "connector": "connector: { kind: command }",
            ],
            [
                "8: /effect/delivery: `transactional` needs a connector that commits effect and "
                    + "key together, which is `sql`; here is `command`"
            ]
        ),
        (["connector": "connector: { kind: http }"],
            [
                "9: /connector/kind: the connector `http` is not part of this release yet; "
                    + "use one of sql, command, none"
            ]),
        (["connector": "connector: { kind: comand }"],
            ["9: /connector/kind: `comand` is no connector; did you mean \"command\"?"]),
        (["connector": "connector: {}"],
            ["9: /connector: the key `kind` is missing; add it"]),
        (["connector": "connector: { kind: sql, not_found: 5 }"],
            [
                "9: /connector/not_found: must be text, but integer is here; "
                    + "put quotes around it"
            ]),
    ])
    func effects(changes: [String: String], problems: [String]) {
        check(changes, problems)
    }

    @Test(arguments: [
        (["approval": "approval: yes"],
            ["10: /approval: `yes` is no approval; write none or { by: [requester] }"]),
        (["approval": "approval: {}"], ["10: /approval: the key `by` is missing; add it"]),
        (["approval": "approval: { by: [] }"],
            ["10: /approval/by: is an empty list; name something or remove the key"]),
        (["approval": "approval: { by: [requester], decide_in: 4h }"],
            [
                "10: /approval/decide_in: unknown key; the keys here are by, count, "
                    + "stages, decide_within, execute_within, remind_after, escalate_after, "
                    + "escalate_to, on_silence, on_denial"
            ]),
        (
            [
                "idempotency":
                    "idempotency:\n  key: [/titel, /arguments/title, title]\n  ignore: [/a, /a]"
            ],
            [
                "11: /idempotency/key/0: `/titel` is not in the input schema; "
                    + "did you mean \"title\"?",
                "11: /idempotency/key/1: `/arguments/title` is not in the input schema; "
                    + "write /title",
                "11: /idempotency/key/2: `title`: a JSON pointer is empty or starts with \"/\"; "
                    + "put a slash in front",
                "12: /idempotency/ignore/1: `/a` stands twice in this list; remove one",
                "12: /idempotency/ignore/0: `/a` is not in the input schema; "
                    + "the fields are title, pin",
            ]
        ),
        (["idempotency": "idempotency: { key: [/title], ignore: [/title] }"],
            [
                "10: /idempotency/ignore/0: `/title` is part of the key, so it cannot be "
                    + "ignored; remove one"
            ]),
        (["idempotency": "idempotency: { key: [] }"],
            [
                "10: /idempotency/key: names no field; name one, or leave `key` out for all "
                    + "of them"
            ]),
        (["idempotency": "idempotency: { key: \"\" }"],
            ["10: /idempotency/key: must be a list, but string is here"]),
        (
            ["effect": "effect: { kind: read }", "idempotency": "idempotency: { window: 1h }",
                "after": "after: { tool: x, expect: true }",
                "refresh": "refresh: { tool: x, set: { /title: a } }"],
            [
                "10: /refresh: a read changes nothing; remove `refresh`",
                "11: /idempotency: a read is repeated freely; remove `idempotency`",
                "12: /after: a read changes nothing; remove `after`",
            ]
        ),
    ])
    func approvalsAndKeys(changes: [String: String], problems: [String]) {
        check(changes, problems)
    }

    @Test(arguments: [
        (["verify": "verify: { arguments: [] }"],
            [
                "10: /verify: the key `tool` is missing; add it",
                "10: /verify/arguments: must be a map of arguments, but array is here",
                "10: /verify: the key `found` is missing; add it",
            ]),
        (["verify": "verify: { tool: Find, found: {}, absent: fail, setle: 1s }"],
            [
                "10: /verify/setle: unknown key; did you mean \"settle\"?",
                "10: /verify/tool: `Find` is not a tool's name",
                "10: /verify/absent: `fail` is not a word for this; write one of retry",
            ]),
        (["verify": "verify: { tool: find, found: true, arguments: { id: { $from: /result/id }}}"],
            [
                "10: /verify/arguments/id/$from: `/result/id` begins at no root; the roots here "
                    + "are /arguments, /call/id"
            ]),
        (["compensate": "compensate: { tool: undo, arguments: { pin: { $from: /arguments/pin }}}"],
            [
                "10: /compensate/arguments/pin/$from: `/arguments/pin` is secret and forgotten "
                    + "when the call has ended; undo with something else"
            ]),
        (
            [
                "verify": "verify: { tool: find, found: true, result: { nr: 1 } }",
                "compensate": "compensate: { tool: undo, arguments: { id: { $from: /result/id }}}",
            ],
            [
                "11: /compensate/arguments/id/$from: `/result/id` would be missing after a "
                    + "verified call; map it in `verify.result`"
            ]
        ),
        (["after": "after: { tool: read }"], ["10: /after: the key `expect` is missing; add it"]),
        (["audit": "audit: { did: \"{/arguments/pin}\", reads: [] }"],
            [
                "10: /audit/reads: `reads` is not enforced by this release yet; remove it",
                "10: /audit/did: `/arguments/pin` is marked with x-sensitivity and may not stand "
                    + "in the record's words; leave it out",
            ]),
        (["audit": "audit: { did: \"{arguments}\" }"],
            [
                "10: /audit/did: the `{` in \"{arguments}\" begins no pointer such as "
                    + "{/arguments/title}; for the brace itself write {{"
            ]),
    ])
    func followUps(changes: [String: String], problems: [String]) {
        check(changes, problems)
    }

    @Test(arguments: [
        (["retry": "retry: 3"], ["10: /retry: must be a map of keys, but integer is here"]),
        (["retry": "retry: { attempts: 0, factor: 0.5 }"],
            [
                "10: /retry/attempts: must be a whole number from 1 (no second attempt) to 20",
                "10: /retry/factor: must be a number from 1 (every wait is as long as the first) "
                    + "to 1000",
            ]),
        (["retry": "retry: { factor: 1000.5 }"],
            [
                "10: /retry/factor: must be a number from 1 (every wait is as long as the first) "
                    + "to 1000"
            ]),
        (["retry": "retry: { attempts: 21, first: 0s, max: 1441m }"],
            [
                "10: /retry/attempts: must be a whole number from 1 (no second attempt) to 20",
                "10: /retry/first: `0s` is out of range; write one from 1ms to 1d",
                "10: /retry/max: `1441m` is out of range; write one from 1ms to 1d",
            ]),
        (["retry": "retry: { first: 2s, max: 1s, maxx: 1 }"],
            [
                "10: /retry/maxx: unknown key; did you mean \"max\"?",
                "10: /retry/max: is less than `first`; the waits grow towards it",
            ]),
    ])
    func retries(changes: [String: String], problems: [String]) {
        check(changes, problems)
    }

    @Test(arguments: [
        ("{ arguments: [] }",
            [
                "/refresh: the key `tool` is missing; add it",
                "/refresh/arguments: must be a map of arguments, but array is here",
                "/refresh: the key `set` is missing; add it",
            ]),
        ("{ tool: read, set: {} }",
            [
                "/refresh/set: must name 1 to 100 arguments, such as "
                    + "/version: { $from: /result/version }"
            ]),
        ("{ tool: read, set: { /titel: a, title: b, \"\": c } }",
            [
                "/refresh/set/~1titel: `/titel` is not in the input schema; did you mean "
                    + "\"title\"?",
                "/refresh/set/title: `title`: a JSON pointer is empty or starts with \"/\"; "
                    + "put a slash in front",
                "/refresh/set/: names no field; write a pointer such as /version",
            ]),
        ("{ tool: read, set: { /title: a, /title/x: b } }",
            ["/refresh/set/~1title~1x: `/title/x` and `/title` set the same value; remove one"]),
        ("{ tool: read, arguments: { id: \"{/result/id}\" }, set: { /title: \"{/approval/by}\" } }",
            [
                "/refresh/arguments/id: `/result/id` begins at no root; the roots here are "
                    + "/arguments, /call/id",
                "/refresh/set/~1title: `/approval/by` begins at no root; the roots here are "
                    + "/arguments, /call/id, /result",
            ]),
    ])
    func refreshes(text: String, problems: [String]) {
        check(["refresh": "refresh: " + text], problems.map { "10: " + $0 })
    }

    @Test func aRefreshSetsOnlySoManyArguments() {
        func problems(_ count: Int) -> Int {
            let fields = (1...count).map { "/f\($0): 1" }.joined(separator: ", ")
            return Sample.problems(
                Sample.manifest([
                    "input": "input: { type: object }",
                    "refresh": "refresh: { tool: read, set: { \(fields) } }",
                ])
            ).count
        }
        #expect(problems(CatalogLimits.maxRefreshed) == 0)
        #expect(problems(CatalogLimits.maxRefreshed + 1) == 1)
    }

    @Test func everyLaterKeyIsRefusedByName() {
        for key in ["sandbox", "pin"] {
            check(
                [key: "\(key): {}"],
                ["10: /\(key): `\(key)` is not enforced by this release yet; remove it"])
        }
        for key in ["reads", "writes", "subject", "capture"] {
            check(
                ["audit": "audit: { \(key): [] }"],
                ["10: /audit/\(key): `\(key)` is not enforced by this release yet; remove it"])
        }
    }

    @Test func numbersWithoutCanonicalFormAreRefused() {
        let problems = Sample.problems(
            Sample.manifest(["connector": "connector: { kind: none, result: 9007199254740993 }"]))
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("tools/x.yaml:9: /connector/result: ") == true)
    }

    @Test func aManifestIsAMap() {
        #expect(
            Sample.problems("- 1")
                == ["tools/x.yaml:1: must be a map of keys, but array is here"])
    }

    @Test func problemsAreToldUpToALimit() {
        let keys = (1...CatalogLimits.maxProblems + 1).map { "key_number_\($0): 1" }
        let problems = Sample.problems(Sample.manifest(["x": keys.joined(separator: "\n")]))
        #expect(problems.count == CatalogLimits.maxProblems)
    }

    private func check(_ changes: [String: String], _ problems: [String]) {
        let order = ["verify", "compensate", "idempotency", "after", "approval"]
        func rank(_ key: String) -> (Int, String) { (order.firstIndex(of: key) ?? -1, key) }
        let sorted = changes.sorted { rank($0.key) < rank($1.key) }
        #expect(
            Sample.problems(Sample.manifest(sorted.map { ($0.key, $0.value) }))
                == problems.map { "tools/x.yaml:" + $0 })
    }
}
