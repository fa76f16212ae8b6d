// The doors of the engine: each gathers facts inside one transaction, has the core decide, and
// saves. They answer with values; who calls them does the doing.

package import Proofs

/// What a door may answer instead of its result.
package enum DoorError: Error, Sendable {
    /// The request was turned down; the unit is undone.
    case rejected(Rejection)
    /// The journal failed; the transaction is undone.
    case fault(JournalFault)
}

/// The engine behind its doors. Holds nothing but the secret that keys are hashed under, and the
/// rules in force.
package struct Doors: Sendable {
    let keyed: KeyedHash
    /// Nil where nobody judges: what a manifest asks is all that is asked.
    package let rulebook: Rulebook?

    package init(keyed: KeyedHash, rulebook: Rulebook? = nil) {
        self.keyed = keyed
        self.rulebook = rulebook
    }

    /// The same under the rules as they are now.
    package func under(_ rulebook: Rulebook?) -> Doors {
        Doors(keyed: keyed, rulebook: rulebook)
    }

    /// The same for every host whose profile and resources are the same.
    package func environment(_ canonicalDescription: [UInt8]) -> String {
        keyed.tag("environment", canonicalDescription).description
    }
}

/// When something happens, who makes it happen, and chance to make ids and salts of.
package struct Moment: Sendable {
    package let now: Instant
    package let owner: OwnerID
    /// Until when the owner's lease runs: what it claims, it claims until then.
    package let leaseUntil: Instant
    package let entropy: Entropy

    package init(now: Instant, owner: OwnerID, leaseUntil: Instant, entropy: Entropy) {
        self.now = now
        self.owner = owner
        self.leaseUntil = leaseUntil
        self.entropy = entropy
    }

    var host: Actor { Actor(.host, owner.text) }
}

/// Turns what a door's parts throw into what the door throws.
@discardableResult
func rejecting<Answer>(
    _ body: () throws(Rejection) -> Answer
) throws(DoorError) -> Answer {
    do { return try body() } catch { throw .rejected(error) }
}

func faulting<Answer>(
    _ body: () throws(JournalFault) -> Answer
) throws(DoorError) -> Answer {
    do { return try body() } catch { throw .fault(error) }
}
