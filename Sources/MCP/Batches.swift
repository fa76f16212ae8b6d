// The batches of 2025-03-26 that are not fully answered yet. What is in them is processed like any
// other message; here their responses are only gathered.

import JSON

struct BatchNumber: Hashable, Sendable {
    fileprivate let number: Int
}

struct BatchTable: Sendable {
    private struct Batch: Sendable {
        var responses: [JSONValue] = []
        var answered: Set<RequestID> = []
        var waiting = 0
    }

    private var batches: [BatchNumber: Batch] = [:]
    private var opened = 0

    /// Opens a batch that waits for one thing: that its own messages have all been looked at.
    mutating func open() -> BatchNumber {
        opened += 1
        let number = BatchNumber(number: opened)
        batches[number] = Batch(waiting: 1)
        return number
    }

    /// The batch has one more request to wait for.
    mutating func wait(in number: BatchNumber) { batches[number]?.waiting += 1 }

    mutating func add(_ response: JSONValue, to id: RequestID?, in number: BatchNumber) {
        batches[number]?.responses.append(response)
        if let id { batches[number]?.answered.insert(id) }
    }

    /// Whether the answer to `id` lies in a batch that was not sent yet: its client still waits, so
    /// the id is as taken as that of a running request.
    func holdsAnswer(to id: RequestID) -> Bool {
        batches.values.contains { $0.answered.contains(id) }
    }

    /// One thing less to wait for. Returns the whole answer when it was the last, and nil also
    /// where there is nothing to say: a batch of notifications is not answered at all.
    mutating func settle(_ number: BatchNumber) -> JSONValue? {
        guard let batch = batches[number] else {
            preconditionFailure("batch \(number.number) was settled more often than it waited")
        }
        guard batch.waiting == 1 else {
            batches[number]?.waiting -= 1
            return nil
        }
        batches[number] = nil
        return batch.responses.isEmpty ? nil : .array(batch.responses)
    }
}
