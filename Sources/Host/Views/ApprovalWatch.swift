// `holdfast approvals --watch`: what waits for a yes or no, followed until the process is asked to
// stop. It reads and does nothing else.

import Engine
import JSON

package struct ApprovalWatch {
    private let project: Project
    private let all: Bool
    private let clock: HostClock
    private var viewer: JournalViewer?
    /// The document of each approval as it was last told.
    private var told: [ApprovalID: JSONValue] = [:]
    /// What can no longer change, and is not looked up again.
    private var over: Set<ApprovalID> = []
    private var screen: String?

    package init(_ project: Project, all: Bool, clock: HostClock = .system) {
        self.project = project
        self.all = all
        self.clock = clock
    }

    /// Shows what waits, and then what changes, until the process is asked to stop.
    package mutating func follow(
        _ style: TextStyle, asJSON: Bool, put: (String) -> Void
    ) throws(Ending) {
        repeat {
            let approvals = try look()
            if style.isTerminal, !asJSON {
                if let text = redrawn(approvals, style) { put(text) }
            } else {
                for line in news(approvals, asJSON: asJSON) { put(line) }
            }
        } while !StopRequest.isRaised(within: Int32(HostLimits.watchEveryMs))
    }

    /// What waits, and what has been told of and has changed since.
    mutating func look() throws(Ending) -> [ApprovalEntry] {
        var found = viewer
        if found?.journal == nil {
            found = JournalViewer(
                try project.journal(), project.catalog(), project.configuration.directory,
                clock: clock)
            viewer = found
        }
        var passed = over
        let isTold = Set(told.keys)
        let entries = try found?.approvals(besides: passed) { id, state in
            let isWanted = all || state == .pending || isTold.contains(id)
            switch state {
            case .pending, .approved: break
            case .denied, .expired, .withdrawn, .spent:
                // Told once more where it has been told, and then no more.
                if isTold.contains(id) || !isWanted { passed.insert(id) }
            }
            return isWanted
        }
        over = passed
        return entries ?? []
    }

    /// A line for each approval that is new or has changed.
    mutating func news(_ approvals: [ApprovalEntry], asJSON: Bool) -> [String] {
        approvals.compactMap { entry in
            let document = entry.document
            let before = told.updateValue(document, forKey: entry.approval.id)
            guard before != document else { return nil }
            return asJSON ? document.compactText : entry.line
        }
    }

    /// The whole screen; nil where it stands already.
    mutating func redrawn(_ approvals: [ApprovalEntry], _ style: TextStyle) -> String? {
        let shown = approvals.filter { all || $0.state == .pending }
        let text =
            shown.isEmpty
            ? style.tinted("Nothing waits for a yes or no.", .dim)
            : ApprovalListText.text(shown, style)
        guard text != screen else { return nil }
        screen = text
        // Home, and everything after it empty.
        return "\u{1B}[H\u{1B}[2J\u{1B}[3J" + text
    }
}

extension ApprovalEntry {
    /// On one line: when, how it stands, what it is, who is needed, and its id last.
    fileprivate var line: String {
        let at = decisions.last?.decision.at ?? askedAt
        let need = needed.map(\.words).joined(separator: "; ")
        return [at.description, state.rawValue, headline, need, approval.id.text]
            .map { $0.replacing("\t", with: " ") }.joined(separator: "\t")
    }
}
