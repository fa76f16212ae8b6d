// What a door answers about a call: its state with the payloads an answer needs.

package import JSON

/// A call as it stands in the journal at one moment.
package struct CallView: Hashable, Sendable {
    /// The call's run as it stands.
    package let basis: Run
    package let call: Call
    /// The recorded result; nil where there is none or it was erased.
    package let result: JSONValue?
    /// The recorded error or reason, in words.
    package let message: String?
    package let withheld: Withheld?
    /// The index of the run's newest record in the whole journal.
    package var auditIndex: Int?

    package var run: RunID { basis.id }
    package var runState: RunState { basis.state }
    package var caller: Caller { basis.caller }
}

extension JournalLookup {
    package func view(of call: Call, in run: Run) throws(JournalFault) -> CallView {
        var result: JSONValue?
        var message: String?
        var withheld: Withheld?
        switch call.phase {
        case .succeeded(let reference, let held):
            result = try value(reference)
            withheld = result == nil ? .erased : held
        case .failed(_, let error): message = try text(error)
        case .denied(let reason), .cancelled(let reason): message = try text(reason)
        case .needsAttention(.lateSuccess(let reference)): result = try value(reference)
        case .needsAttention(.readBack): result = try value(call.achieved?.result)
        case .needsAttention(.undoFailed(_, let error)): message = try text(error)
        case .needsAttention(.undoImpossible(let reason)): message = try text(reason)
        case .compensated, .compensating: result = try value(call.achieved?.result)
        case .waiting(_, _, let error): message = try text(error)
        case .unknown, .verifying, .needsAttention(.recoveryExhausted):
            message = try text(call.doubt)
        case .shadow(let preview): result = try value(preview)
        case .held, .ready, .running, .confirming: break
        }
        return CallView(
            basis: run, call: call, result: result, message: message, withheld: withheld,
            auditIndex: nil)
    }

    /// The same with the place of the run's newest record, for an answer that leaves the host.
    func viewWithIndex(
        of call: Call, in run: Run, savedAs index: Int? = nil
    ) throws(JournalFault) -> CallView {
        var view = try view(of: call, in: run)
        view.auditIndex = index
        if index == nil {
            view.auditIndex = try records(of: run.id, from: run.version - 1, limit: 1)
                .first?.index
        }
        return view
    }

    /// The call as it stands; nil where the journal knows no such call.
    /// - Parameter known: the call's run as the asker last saw it.
    package func view(of id: CallID, known: Run? = nil) throws(JournalFault) -> CallView? {
        var place = known?.id
        if place == nil { place = try self.place(of: id)?.run }
        guard let place, let run = try run(place, known: known), let call = run[id] else {
            return nil
        }
        return try viewWithIndex(of: call, in: run)
    }
}
