// SPDX-License-Identifier: Apache-2.0

import Consent
import Synchronization
import XMPP

/// A person as messaging knows them: their address, who of them is connected, whom they block.
///
/// Shared by the event loops of their sessions, the writer's thread and slow requests; changes are small and go
/// through one lock.
final class Account: Sendable {
    struct State: Sendable {
        var resources = Resources()
        /// By resource; the same names as in `resources`.
        var sessions: [String: SessionHandle] = [:]
        var blocklist: Blocklist
        /// The person left: no session begins any more.
        var hasEnded = false
        /// Resources whose last session ended without a goodbye.
        var broken: Set<String> = []
        /// Which of the account's addresses others see; a cache of what the store holds.
        var faces: [PersonID: JID] = [:]
        /// Numbers texted, by keyed hash, and those new today.
        var texted: Set<BlindValue> = []
        /// Whether texts by number may reach the person as SMS; nil until it has been read.
        var takesFallback: Bool?
        var newToday = (day: Int64.min, count: 0)
        /// Whether texting by number stood, when the vault had changed so often.
        var standing: (changes: Int, isTextedByNumber: Bool)?
    }

    let person: PersonID
    /// The localpart, prepared (RFC 8265).
    let name: String
    /// The bare address.
    let address: JID
    let slowWork = SlowWork()
    private let state: Mutex<State>

    init(person: PersonID, name: String, address: JID, blocklist: Blocklist) {
        self.person = person
        self.name = name
        self.address = address
        state = Mutex(State(blocklist: blocklist))
    }

    /// Reads or changes the state; `body` must be short and must not call other accounts.
    func withState<R: Sendable>(_ body: (inout State) throws -> R) rethrows -> R {
        try state.withLock { state in try body(&state) }
    }

    func blocks(_ address: JID) -> Bool {
        state.withLock { $0.blocklist.blocks(address) }
    }

    /// The session of a resource, if it is connected or may be resumed.
    func session(_ resource: String) -> SessionHandle? {
        state.withLock { $0.sessions[resource] }
    }

    /// Sessions by resource name, in the order of the names.
    func sessions(_ resources: [String]) -> [SessionHandle] {
        state.withLock { state in resources.compactMap { state.sessions[$0] } }
    }

    /// The full address of one of the account's resources.
    func address(of resource: String) -> JID {
        // A resource in use was prepared when it was bound.
        (try? address.with(resource: resource)) ?? address
    }
}

// MARK: - Sessions

extension Account {
    /// A session begins. - Returns: the one of the same resource that it replaces, which must be ended (RFC 6120 §7.7.2.2).
    func connect(_ session: SessionHandle) -> SessionHandle? {
        state.withLock { state in
            let replaced = state.sessions.updateValue(session, forKey: session.resource)
            state.resources.connect(session.resource)
            return replaced
        }
    }

    /// Most sessions of one person at a time, those that wait to be resumed included.
    private static let sessionLimit = 32

    func hasRoom(for resource: String) -> Bool {
        state.withLock { $0.sessions[resource] != nil || $0.sessions.count < Self.sessionLimit }
    }

    /// Most resource names remembered as broken: a client makes its names up, this server remembers so many.
    private static let brokenLimit = 64

    /// A session of this resource ended without a goodbye.
    func noteBroken(_ resource: String) {
        state.withLock { state in
            if state.broken.count < Self.brokenLimit { state.broken.insert(resource) }
        }
    }

    /// Whether the resource's last session ended so; asked once, by the next one.
    func takeBroken(_ resource: String) -> Bool {
        state.withLock { $0.broken.remove(resource) != nil }
    }
}

// MARK: - Numbers

extension Account {
    private static let faceLimit = 1_000
    private static let textedLimit = 10_000

    func face(towards other: PersonID) -> JID? {
        withState { $0.faces[other] }
    }

    /// Remembers what somebody sees. A face read from the store gives way to one that was shown since (`unlessKnown`).
    ///
    /// - Returns: what they see now.
    @discardableResult
    func remember(_ face: JID, towards other: PersonID, unlessKnown: Bool = false) -> JID {
        withState { state in
            if unlessKnown, let known = state.faces[other] { return known }
            if state.faces.count >= Self.faceLimit { state.faces = [:] }
            state.faces[other] = face
            return face
        }
    }

    /// Whether the person's texting by number stands: for choosing what others see. Whatever opens a number asks for the
    /// permit itself.
    func isTextedByNumber(_ vault: Vault) -> Bool {
        let changes = vault.changeCount
        if let known = withState({ $0.standing }), known.changes == changes { return known.isTextedByNumber }
        let answer: Bool
        switch vault.allows(.numberTexting, for: person) {
        case .success: answer = true
        // What can't be told now may be told the next time.
        case .failure(.unreadable): return false
        case .failure: answer = false
        }
        withState { $0.standing = (changes, answer) }
        return answer
    }

    /// Whether the account may text this number: one texted before, or one of so many new ones in a day.
    func admit(number: BlindValue, day: Int64, limit: Int) -> Bool {
        withState { state in
            if state.texted.contains(number) { return true }
            if state.newToday.day != day { state.newToday = (day, 0) }
            guard state.newToday.count < limit, state.texted.count < Self.textedLimit else { return false }
            state.newToday.count += 1
            state.texted.insert(number)
            return true
        }
    }
}
