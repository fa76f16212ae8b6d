// `holdfast abort`: the order to undo a run, and as much of the undoing as this host can do, since
// whoever gives the order waits for what comes of it.

package import Engine
package import JSON

package struct Aborting: Sendable {
    private let project: Project
    private let threads: BlockingThreads
    private let isWatched: Bool
    private let tell: @Sendable (String) -> Void

    package init(
        _ project: Project, on threads: BlockingThreads, isWatched: Bool,
        tell: @escaping @Sendable (String) -> Void
    ) {
        self.project = project
        self.threads = threads
        self.isWatched = isWatched
        self.tell = tell
    }

    /// - Returns: what came of it so far, with what people are shown of the run.
    package func perform(
        _ text: String, isForced: Bool, reason: String
    ) async throws(Ending) -> AbortReport {
        let path = project.configuration.storePath
        let account = project.surroundings.account
        try StoreOwner.require(
            path, account, operators: project.configuration.operators, to: "abort runs of")
        let order = AbortOrder(
            cause: .requested, by: account, reason: reason, isForced: isForced)
        let viewer = try JournalViewer.open(project)
        guard let id = RunID(text), let profile = try viewer.profile(of: id) else {
            throw Ending(.unknownRun(text))
        }
        let run: Run
        if project.configuration.profiles.contains(where: { $0.name == profile }) {
            run = try await undo(id, order, by: try project.host(profile: profile))
        } else {
            tell(
                "holdfast: this config has no profile \(profile.visibleLiteral), so this process "
                    + "undoes nothing itself; a host of the config that made the run does.")
            run = try Decisions(project).abort(id, order)
        }
        return AbortReport(run: run, entry: try viewer.run(id.text))
    }

    private func undo(
        _ id: RunID, _ order: AbortOrder, by host: ToolHost
    ) async throws(Ending) -> Run {
        let attended = Attended(host: host, threads: threads, isWatched: isWatched, tell: tell)
        // A signal ends the waiting, not the abort: what is left goes on with the next host.
        let answer = await attended.perform("Undoing \(id)", interrupt: { nil }) {
            () async -> Result<Run, DoorError> in
            do throws(DoorError) {
                return .success(
                    try await host.abort(
                        id, order, for: nil, by: Actor(.person, order.by),
                        in: try host.opened()))
            } catch {
                return .failure(error)
            }
        }
        try Ending.ifFault { () throws(JournalFault) in try host.close() }
        do throws(DoorError) { return try answer.get() } catch { throw error.ofAbort(id) }
    }
}

extension DoorError {
    /// What an agent is told to do instead is no help to an operator.
    fileprivate func ofAbort(_ run: RunID) -> Ending {
        guard case .rejected(.runEnded) = self else { return Ending(self) }
        return Ending(
            CommandStatus(.runEnded(run)),
            "holdfast: \(run) has completed, and what has completed is not undone as a whole. "
                + "`holdfast show \(run) --effects` lists what it did and what would undo each.")
    }
}

package struct AbortReport: Sendable {
    package let run: Run
    let entry: RunEntry

    package var document: JSONValue { .object(run.abortDocument) }

    package var status: CommandStatus { CommandStatus(aborted: run) }

    package func text(_ style: TextStyle) -> String { entry.text(style) }

    /// What is still to happen, and by whom; empty where nothing is.
    package var afterwards: String {
        switch status {
        case .pending:
            "holdfast: not all of it is undone yet. A live host of the run's profile goes on with "
                + "it; where none lives: holdfast worker --once. Where it stands: holdfast show "
                + "\(run.id)"
        case .unsettled:
            "holdfast: a person is needed, see above. What cannot be settled is left standing by "
                + "holdfast abort \(run.id) --force --reason …"
        case .done, .failed, .usage, .badData, .unavailable, .ownFault, .denied,
            .badConfiguration:
            ""
        }
    }
}

extension CommandStatus {
    /// How the abort of a run stands.
    package init(aborted run: Run) {
        if run.calls.contains(where: \.needsPerson) {
            self = .unsettled
        } else {
            self = run.ending?.endedAt == nil ? .pending : .done
        }
    }
}
