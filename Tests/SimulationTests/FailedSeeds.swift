// Seeds in which something once did not hold, each with what it was. None is ever taken out. What a
// seed tells changes whenever worlds draw something new; the faults themselves are held by the
// engine's tests and, planted anew, by `make mutants`.

enum FailedSeeds {
    static let all: [Int] = [
        1,  // pins that came later stood in another order in the state than in the records
        5,  // no deadline reached the journal
        85,  // renewed arguments were looked for before they were kept
        244, 780, 1631,  // a line that was put off had the environment of the line before it
        438, 747,  // what was allowed changed: quarantine of an abort, patience with an undo
        242,  // (planted) a probe counted before the system had settled
        465,  // a success that came after a forced abort stood and was not named
        562,  // a call was owned by a host that had not heard of it
        808,  // (planted) a probe counted while its call's sender might still send
        831,  // (planted) a lapsed lease left no sender
        3_005_418,  // an owner was buried, and the power took that back
        8889,  // a probe from before a wall clock that went back counted
        2_325, 2_374, 8_474,  // a call that was turned down at once seemed to take a key over
        23_840,  // what waited for its turn used up the time that a lost claim took
    ]
}
