// What is under way between hosts and systems: requests that a host still has in its hand, requests
// on the wire, and answers on their way back. Nothing here decides what a system does.

import Engine

/// One request for one piece of work, and its answer.
struct Message {
    enum Place {
        /// The host has looked at its lease and not written yet: a frozen host keeps it so.
        case inHand
        case onTheWire
        /// The system has answered.
        case answered(Answer)
    }
    let id: Int
    let work: Work
    /// The sender, by its place among the hosts.
    let host: Int
    /// How long after its connection has closed it may still arrive.
    let lingersMs: Int64
    var place: Place
    /// From this time of the wall clock on it has arrived or never will; nil while its connection
    /// is open.
    var endsBy: Instant?
    /// Whether its host waits no longer, and what sends it lives on all the same.
    var isForsaken = false

    var isOnTheWire: Bool {
        switch place {
        case .onTheWire: true
        case .inHand, .answered: false
        }
    }
}

/// What a connector makes of a request's end.
enum Answer {
    case attempt(AttemptOutcome)
    case probe(ProbeOutcome)
}

struct Network {
    private(set) var messages: [Message] = []
    private var made = 0

    mutating func send(_ work: Work, from host: Int, lingersMs: Int64) -> Int {
        made += 1
        messages.append(
            Message(id: made, work: work, host: host, lingersMs: lingersMs, place: .inHand))
        return made
    }

    subscript(id: Int) -> Message? { messages.first { $0.id == id } }

    mutating func update(_ id: Int, _ change: (inout Message) -> Void) {
        guard let index = messages.firstIndex(where: { $0.id == id }) else { return }
        change(&messages[index])
    }

    mutating func remove(_ id: Int) { messages.removeAll { $0.id == id } }

    /// The host waits no longer: what it had not written is never sent, an answer is not heard, and
    /// what is on the wire arrives soon or never.
    mutating func close(_ id: Int, at now: Instant) {
        guard let message = self[id] else { return }
        switch message.place {
        case .inHand, .answered: remove(id)
        case .onTheWire: update(id) { $0.endsBy = now + $0.lingersMs }
        }
    }

    mutating func closeAll(of host: Int, at now: Instant) {
        for message in messages where message.host == host && message.endsBy == nil {
            close(message.id, at: now)
        }
    }

    /// Whether an attempt of this call may still reach its system.
    func mayStillArrive(_ call: CallID) -> Bool {
        messages.contains { message in
            switch (message.work, message.place) {
            case (.attempt(let attempt), .inHand), (.attempt(let attempt), .onTheWire):
                attempt.call == call
            case (.attempt, .answered), (.probe, _), (.undo, _): false
            }
        }
    }
}
