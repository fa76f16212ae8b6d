// What a host answers about its resources, its prompt and the ids it can complete.

import Engine
import JSON
import MCP

extension ToolHost {
    /// Looks at the tools, so that every later change of them is noticed. Blocks.
    func beginWatchingTools() { _ = catalog }

    /// Answers from the journal. Blocks.
    func content(_ request: ContentRequest) throws(JournalFault) -> SessionAnswer {
        let open = try opener.open()
        return try open.journal.read { reading throws(JournalFault) in
            switch request {
            case .watch(let kinds):
                guard !kinds.tasks.isEmpty else { return .watching }
                return .watchingTasks(try ownTasks(kinds.tasks, reading))
            case .resourceList(let position): return try page(after: position, reading)
            case .resource(let uri):
                let reader = resourceReader(reading)
                guard let resource = HostResource(uri),
                    let text = try reader.text(of: resource)
                else { return .resourceNotFound }
                return .resource(
                    ResourceContent(mimeType: ResourceFamily.mimeType, text: text))
            case .prompt(let request): return try prompt(request, reading)
            case .completion(let request): return .completion(try completion(request, reading))
            }
        }
    }

    func resourceReader(_ reading: any JournalReading) -> ResourceReader {
        ResourceReader(
            reading, catalog, configuration.directory, for: caller, now: clock.now()
        ) { call, document throws(JournalFault) in
            let provenance = try self.provenance(of: call, reading)
            self.noteReading(call, provenance)
            return provenance.told(document)
        }
    }

    private func page(
        after position: PagePosition?, _ reading: any JournalReading
    ) throws(JournalFault) -> SessionAnswer {
        var before: RunID?
        if let position {
            guard let id = RunID(position.text), try resourceReader(reading).ownRun(id) != nil
            else { return .invalidCursor }
            before = id
        }
        var runs: [Run] = []
        let end = try OwnRuns(reading, of: caller).walk(before: before) { run in
            // One more than fits, to know that there is more.
            guard runs.count < HostLimits.resourcePage else { return false }
            runs.append(run)
            return true
        }
        var listings: [ResourceListing] = []
        for run in runs { listings.append(try listing(run, reading)) }
        let next: RunID? =
            switch end {
            case .oldest: nil
            case .enough: runs.last?.id
            case .tired(let at): at
            }
        return .resources(ResourcePage(listings, next: next.map { PagePosition($0.text) }))
    }

    private func listing(
        _ run: Run, _ reading: any JournalReading
    ) throws(JournalFault) -> ResourceListing {
        let purpose = try reading.text(run.purpose)?.cut(toBytes: HostLimits.titleBytes)
        let alone = run.isSingle ? run.calls.first.map { "One call of \($0.tool)" } : nil
        let count = run.calls.count
        return ResourceListing(
            uri: ResourceFamily.runs.uri(of: run.id), name: run.id.text, title: purpose ?? alone,
            description: "A run, \(run.state.rawValue), begun \(run.createdAt), "
                + (count == 1 ? "1 call" : "\(count) calls"),
            mimeType: ResourceFamily.mimeType)
    }

    private func prompt(
        _ request: PromptRequest, _ reading: any JournalReading
    ) throws(JournalFault) -> SessionAnswer {
        precondition(request.name == HostOffer.resumeRun, "There is one prompt.")
        let text = request.arguments[HostOffer.runID] ?? ""
        guard let id = RunID(text), let run = try resourceReader(reading).ownRun(id) else {
            return .invalidParams(Rejection.noRun(named: text).message)
        }
        return .prompt(try resumption(of: run, reading))
    }

    private func completion(
        _ request: CompletionRequest, _ reading: any JournalReading
    ) throws(JournalFault) -> Completion {
        let family: ResourceFamily
        switch request.subject {
        case .prompt: family = .runs
        case .resource(let template):
            guard let found = ResourceFamily(of: template) else {
                preconditionFailure("Only what is offered is completed.")
            }
            family = found
        }
        let beginning = request.beginning.utf8
        // A whole id is there or not, however long ago it was made.
        if let whole = try family.whole(request.beginning, resourceReader(reading)) {
            return Completion(values: [whole], total: 1)
        }
        var ids: [String] = []
        let end = try OwnRuns(reading, of: caller).walk(before: nil) { run in
            ids += family.ids(in: run).filter { $0.utf8.starts(with: beginning) }
            return true
        }
        // Ids sort by their time. Where the walk ended early nobody knows how many there are.
        ids.sort { $1.utf8.lexicographicallyPrecedes($0.utf8) }
        return Completion(
            values: Array(ids.prefix(MCPLimits.completionValues)),
            total: end == .oldest ? ids.count : nil)
    }
}

extension ResourceFamily {
    /// The id, where it is one of the caller's own.
    fileprivate func whole(
        _ id: String, _ reader: ResourceReader
    ) throws(JournalFault) -> String? {
        guard let resource = HostResource(self, id), try reader.standing(of: resource) != nil
        else { return nil }
        return id
    }

    fileprivate func ids(in run: Run) -> [String] {
        switch self {
        case .runs: [run.id.text]
        case .calls: run.calls.map(\.id.text)
        case .approvals: run.calls.compactMap(\.approval?.id.text)
        }
    }
}
