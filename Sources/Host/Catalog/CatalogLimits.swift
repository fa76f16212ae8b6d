// The limits on everything that manifests and configs may hold. No reading here; each is tested
// at the limit and one past it.

import Engine

package enum CatalogLimits {
    /// The longest manifest or config file.
    package static let maxFileBytes = 1_048_576
    /// Maps and lists inside one another, in one file.
    package static let maxDepth = 64
    /// Values of every kind in one file.
    package static let maxNodes = 50_000
    /// A description stays under this many Unicode scalars: clients cut longer ones.
    package static let descriptionScalars = 2_000
    package static let maxTitleScalars = 200
    package static let maxVersionScalars = 64
    /// Problems told of one file; a file with more is one to start again.
    package static let maxProblems = 100
    /// Manifest files under one config.
    package static let maxManifests = 1_000
    /// How often changed manifest files are looked for, at most.
    package static let lookEveryMs: Int64 = 1_000
    /// How long changed files must hold still before they are taken.
    package static let settleMs: Int64 = 100
    /// How often that is waited for at one look.
    package static let settleLooks = 3
    /// Tools remembered that are not offered any more.
    package static let retiredTools = 1_000
    /// The longest text that a template renders.
    package static let maxRenderedBytes = 1_048_576
    /// References in one template.
    package static let maxReferences = 1_000
    /// The longest duration anybody may write.
    package static let maxDurationMs: Int64 = 366 * 86_400_000
    /// The longest one attempt may take.
    package static let maxTimeoutMs: Int64 = 86_400_000
    /// A run's deadline, counted from its beginning.
    package static let maxDeadlineMs: Int64 = 400 * 86_400_000
    /// No longer than the agenda is searched for work of owners that are gone.
    package static let maxLeaseMs: Int64 = Limits.goneHorizonMs
    /// How often a call may be attempted, and how long it may wait in between.
    package static let maxAttempts = 20
    package static let maxRetryWaitMs: Int64 = 86_400_000
    /// By how much each wait may be longer than the one before.
    package static let maxRetryFactor = 1_000.0
    /// Whom one config tells of approvals.
    package static let maxNotifyTargets = 32
    /// Arguments that one `refresh` may set.
    package static let maxRefreshed = 100
    /// Rules of one config, and the bytes of a rule's name.
    package static let maxRules = 200
    package static let maxRuleNameBytes = 120
    /// The bytes of what a rule tells whoever it denies.
    package static let maxReasonBytes = 500
    /// What asks for a yes, as canonical JSON: a record holds all that one call may need.
    package static let maxApprovalBytes = 1_024
    package static let maxStages = 8
    /// Names in one `by` or `escalate_to`, and different people in one stage.
    package static let maxNamesPerStage = 16
    package static let maxApprovers = 500
    package static let maxPersonNameBytes = 100
    /// Accounts, keys, aliases or roles of one approver; accounts of operators.
    package static let maxPerApprover = 32
    /// Calls in one stretch of a rate.
    package static let maxRateCount = 100_000
    /// Calls under way at once.
    package static let maxConcurrency = 1_000
    /// What a budget counts: calls, bytes, uses.
    package static let maxBudgetCount = 1_000_000_000_000
    /// A cost, a limit on a sum of money: in whole units.
    package static let maxAmountUnits = 1_000_000_000_000
    /// Pointers in `evidence`.
    package static let maxEvidence = 32
    /// Sample calls that the rules of one config are tried with, and trials of one rule with one
    /// call in all.
    package static let maxSamples = 10_000
    package static let maxRuleTrials = 50_000
    /// Samples of one tool for one rule, at least: fewer would say nothing.
    package static let minSamples = 16
    /// Combinations of sample values that are chosen from.
    package static let maxCombinations = 1_000_000
    /// Sample values of one place, the longest sample text, and objects inside one another.
    package static let maxValueSamples = 24
    package static let maxSampleLength = 1_000
    package static let maxSampleDepth = 4
}
