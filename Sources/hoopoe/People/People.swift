// SPDX-License-Identifier: Apache-2.0

import Consent
package import Server
package import XMPP

/// Who may log in: what the verbs of `hoopoe person` ask for, of the store itself or of the server that holds it.
package protocol People: Sendable {
    /// Lets people in; either all whose name is free or, on a failure, nobody.
    ///
    /// Returns the names that were taken and so were not added.
    func add(_ people: [NewMember]) async throws(Failure) -> [String]

    /// A slice of everybody by name: those after `name`.
    func list(after name: String, limit: Int) async throws(Failure) -> [Member]

    /// Removes a person with all that is kept for them, and ends their streams. Returns the final receipt, which is stored
    /// nowhere, to be handed over to them.
    ///
    /// Throws ``ExitReason/noPerson`` if there is none of that name.
    func remove(_ name: String) async throws(Failure) -> FinalEvidence

    /// How much of what kind is kept for a person, never what. The look is recorded first, and the person sees it.
    ///
    /// Throws ``ExitReason/noPerson`` if there is none of that name.
    func show(_ name: String) async throws(Failure) -> PersonCounts

    /// A new code for the number that a person waits to prove, to be handed to them where no SMS can bring it. Recorded as
    /// a look, like ``show(_:)``.
    ///
    /// Throws ``ExitReason/noPerson`` if there is nobody of that name or nothing to prove.
    func code(for name: String) async throws(Failure) -> String
}

/// Somebody to be let in.
package struct NewMember: Sendable, Equatable {
    /// The localpart, prepared (RFC 7622 §3.3).
    package let name: String
    package let verifiers: ScramVerifiers

    package init(name: String, verifiers: ScramVerifiers) {
        self.name = name
        self.verifiers = verifiers
    }
}

/// Somebody who is here.
package struct Member: Sendable, Equatable, Codable {
    package let name: String
    /// Milliseconds since 1970.
    package let created: Int64

    package init(name: String, created: Int64) {
        self.name = name
        self.created = created
    }
}

/// The localpart that a name given by an operator stands for.
///
/// Throws ``ExitReason/badData`` for what cannot be one, and for a name that would be a phone number: an address of that
/// form belongs to whoever proves the number, so nobody may choose it.
package func preparedName(_ name: String, domain: String) throws(Failure) -> String {
    let address: JID
    do throws(JIDError) {
        address = try JID(local: name, domain: domain)
    } catch {
        throw Failure(.badData, "\"\(name)\" cannot be a name: take letters, digits, dots, hyphens, no spaces")
    }
    guard !address.isNumberLike else {
        throw Failure(.badData, "\"\(name)\" is a phone number: people turn those on themselves, once they are here")
    }
    guard let local = address.local else { throw Failure(.badData, "a name cannot be empty") }
    return local
}

/// The same for somebody who isn't here yet; refuses also what names a device or a card, without repeating it.
package func newName(_ name: String, domain: String) throws(Failure) -> String {
    let local = try preparedName(name, domain: domain)
    if let refused = RefusedIdentifier.find(in: name, .numbers) {
        throw Failure(.badData, "that cannot be a name. \(refused.reason)")
    }
    return local
}
