package import Consent

/// A person whose yes to one or more purposes went stale because the terms changed.
package struct SwitchOff: Sendable {
    package let person: PersonID
    /// The localpart of their address.
    package let name: String
    /// What went stale, and the version of the terms that each yes was given to.
    package let purposes: [(purpose: PurposeCode, agreed: Int)]
    /// The terms now in force.
    package let terms: Terms
    /// The messages of texts that waited to go out by SMS and reach nobody now.
    package let unsent: [ArchiveID]
}

/// A switch-off on disk, with what the person was told.
package struct ToldSwitchOff: Sendable {
    package let switchOff: SwitchOff
    /// The message in the person's archive; nil if there was none to store.
    package let message: ArchiveID?
    /// What that message holds.
    package let payload: [UInt8]?
}

/// How many people's yes to each purpose stands, and goes stale by a change.
package typealias PeopleByPurpose = [PurposeCode: Int]
