// Every limit of the host in one place.

package enum HostLimits {
    /// Threads that may block at once: calls being executed or journaled.
    package static let threads = 64
    package static let threadStackBytes = 4_194_304
    /// Threads for what must go on whatever the calls do: leases, timers, cancels, stopping.
    package static let houseThreads = 8
    /// What a pipe takes at once where it takes anything (PIPE_BUF).
    package static let pipeBytes = 4_096
    /// How often calls are looked for whose clients have waited long enough.
    package static let patienceEveryMs: Int64 = 100
    /// Units of work in one transaction.
    package static let batchUnits = 64
    /// Delivered outcomes that one transaction marks, few enough for a call to wait for. And how
    /// many may wait for one before more are let go: their keys then hold longer.
    package static let deliveriesAtOnce = 128
    package static let deliveriesWaiting = 4_096
    /// Runs that are kept in memory, so that each call in a long run need not read it anew.
    package static let recentRuns = 8
    /// Bytes read from standard input at once.
    package static let readChunkBytes = 65_536
    /// Attempts that the agenda hands this host at once.
    package static let dueAttempts = 16
    /// How often the agenda is looked at.
    package static let agendaEveryMs: Int64 = 250
    /// How often cancelled attempts and dead owners are looked for.
    package static let patrolEveryMs: Int64 = 1_000
    /// By how much the wall clock must move against the steady one to have been set.
    package static let clockSetMs: Int64 = 1_000
    /// How long after that it has surely started.
    package static let startedAfterMs: Int64 = 500
    /// How long after its first answer a host opens its journal unasked.
    package static let warmUpAfterMs: Int64 = 250
    /// How long a client is kept waiting where the manifest does not say.
    package static let defaultWaitMs: Int64 = 25_000
    /// The longest a client may ask to be kept waiting by `call_status`.
    package static let longestWaitMs: Int64 = 60_000
    /// How long a client's user may take to answer what they are asked while their call waits.
    package static let questionMs: Int64 = 300_000
    /// The longest text of such a question: what does not fit is decided where all of it is seen.
    package static let questionBytes = 16_384
    /// Questions about one approval that may be answered at once; older ones no longer count.
    package static let openQuestions = 8
    /// How soon it is worth asking about a task again.
    package static let taskPollMs = 1_000
    /// How often progress is told to a client that asked for it.
    package static let progressEveryMs: Int64 = 1_000
    /// The first and the longest pause between two looks at a call that another host runs.
    package static let firstPollMs: Int64 = 2
    package static let longestPollMs: Int64 = 100
    /// Lines of a list that a command prints at once.
    package static let listPage = 1_000
    /// What is repeated of a text that was given as an id: more than any id has.
    package static let echoedIDBytes = 64
    /// Calls of a run that are told to a model.
    package static let toldCalls = 200
    /// Threads that read the journal for clients that look at resources.
    package static let readerThreads = 4
    /// Runs on one page of the list of resources.
    package static let resourcePage = 50
    /// Runs and calls, others' included, that are read for one page or one completion.
    package static let walkedCalls = 2_000
    /// Records of a run that its resource shows in full, and the longest text of one.
    package static let shownRecords = 400
    package static let resourceBytes = 4_194_304
    /// A purpose as the title of a resource.
    package static let titleBytes = 200
    /// How often changes are looked for while somebody wants to hear of them.
    package static let watchEveryMs: Int64 = 1_000
    /// New records that are looked through at once; past them everything counts as changed.
    package static let watchedRecords = 1_000
    /// Notices that are taken up at one look, and how long one that could not be is left alone.
    package static let noticesAtOnce = 16
    package static let noticePauseMs: Int64 = 5_000
    /// Arguments that a notice repeats; of longer ones it says where they are shown.
    package static let noticeArgumentBytes = 65_536
    /// A JSON document that a person gives a command, as a file or on standard input.
    package static let argumentFileBytes = 10_485_760
    /// A client's configuration; some keep their history in it.
    package static let clientFileBytes = 10_485_760
    /// Lists and tables inside one another in a client's TOML.
    package static let tomlDepth = 32
    /// A recorded session: beyond these, recording stops and replaying does not begin.
    package static let sessionBytes = 67_108_864
    package static let sessionLines = 100_000
    package static let sessionMs: Int64 = 2_592_000_000
    /// What waits to be written to a recording.
    package static let recordingQueue = 10_000
    /// Its requests that wait for an answer, or were taken back; a session takes fewer at once.
    package static let recordedRequests = 4_096
    /// A masked text shorter than this is found elsewhere only as a whole word.
    package static let boundCharacters = 4
    /// So much of a masked text is enough to know it by, where it was cut off after it.
    package static let cutCharacters = 24
    /// How long a replay waits for what the recording says comes next, beyond the recorded time.
    package static let replayPatienceMs: Int64 = 10_000
    /// Of the recorded time, what it waits at most.
    package static let replayedPauseMs: Int64 = 600_000
    /// How long it waits for a request to stop to reach an attempt.
    package static let replayStopMs: Int64 = 1_000
    package static let replayPollMs: Int64 = 2
    /// Differences that a replay tells, and how much of each value.
    package static let toldDifferences = 20
    package static let differenceCharacters = 300
    /// Places that are told of a manifest that is not the recorded one.
    package static let toldPlaces = 5
}
