import Wire

/// One attempt of a client to authenticate (RFC 6120 §6), whatever the mechanism.
///
/// The stream starts one for every `<auth/>`, and it ends with `.success` or `.failure`. While it says `.lookUp` or
/// `.check`, an answer is owed to it.
struct SASLNegotiation: Sendable {
    enum Action: Sendable {
        /// Send `<challenge/>` with this content.
        case challenge([UInt8])
        /// Find the verifiers of this prepared name.
        case lookUp(username: String)
        /// Run this off the event loop.
        case check(PasswordCheck)
        /// Send `<success/>`, with this content if there is any.
        case success(username: String, [UInt8]?)
        case failure(SASLFailure)
        /// The password, or the proof of it, is wrong. Send the failure `not-authorized`.
        case wrong(username: String)
    }

    private enum State: Sendable {
        /// `<auth/>` came without an initial response (RFC 6120 §6.4.2).
        case waitingForInitialResponse(SASLMechanism)
        case lookingUpForScram(ScramExchange, ScramHash, username: String)
        case lookingUpForPlain(Password?, username: String)
        case waitingForProof(ScramExchange, username: String)
        case checking(username: String)
        case ended
    }

    private var state: State
    /// Our domain, for authorization identities.
    private let domain: String

    /// The client chose a mechanism that we offer.
    init(_ mechanism: SASLMechanism, domain: String) {
        self.state = .waitingForInitialResponse(mechanism)
        self.domain = domain
    }

    /// The prepared name that was asked about, while the answer is owed.
    var username: String? {
        switch state {
        case .lookingUpForScram(_, _, let username), .lookingUpForPlain(_, let username): username
        case .waitingForInitialResponse, .waitingForProof, .checking, .ended: nil
        }
    }

    /// An answer is owed by the caller, not by the client.
    var isWaitingForAnswer: Bool {
        switch state {
        case .lookingUpForScram, .lookingUpForPlain, .checking: true
        case .waitingForInitialResponse, .waitingForProof, .ended: false
        }
    }
}

// MARK: - Events

extension SASLNegotiation {
    /// The client sent decoded content: an initial response, or `<response/>`.
    mutating func received(_ message: [UInt8]) -> Action {
        switch state {
        case .waitingForInitialResponse(let mechanism):
            state = .ended
            do throws(SASLFailure) {
                return try begin(mechanism, message)
            } catch {
                return .failure(error)
            }
        case .waitingForProof(var exchange, let username):
            state = .ended
            do throws(SASLFailure) {
                return .success(username: username, try exchange.finish(clientFinal: message))
            } catch {
                return error == .notAuthorized ? .wrong(username: username) : .failure(error)
            }
        case .lookingUpForScram, .lookingUpForPlain, .checking, .ended:
            state = .ended
            return .failure(.malformedRequest)
        }
    }

    /// The verifiers were looked up; for an unknown name they are decoys.
    ///
    /// - Parameters:
    ///   - verifiers: what was found.
    ///   - serverNonce: random bytes in Base 64.
    /// - Returns: nil if nothing was asked.
    mutating func lookedUp(_ verifiers: ScramVerifiers, serverNonce: [UInt8]) -> Action? {
        switch state {
        case .lookingUpForScram(var exchange, let hash, let username):
            guard let challenge = exchange.challenge(verifiers[hash], serverNonce: serverNonce) else {
                state = .ended
                return .failure(.malformedRequest)
            }
            state = .waitingForProof(exchange, username: username)
            return .challenge(challenge)
        case .lookingUpForPlain(let password, let username):
            state = .checking(username: username)
            return .check(PasswordCheck(verifier: verifiers.sha256, password: password))
        case .waitingForInitialResponse, .waitingForProof, .checking, .ended:
            return nil
        }
    }

    /// The PLAIN password was checked. Nil if nothing was asked.
    mutating func checked(_ isMatch: Bool) -> Action? {
        switch state {
        case .checking(let username):
            state = .ended
            return isMatch ? .success(username: username, nil) : .wrong(username: username)
        case .waitingForInitialResponse, .lookingUpForScram, .lookingUpForPlain, .waitingForProof, .ended:
            return nil
        }
    }
}

// MARK: - Beginnings

extension SASLNegotiation {
    private mutating func begin(_ mechanism: SASLMechanism, _ message: [UInt8]) throws(SASLFailure) -> Action {
        switch mechanism {
        case .scramSHA256: return try beginScram(.sha256, message)
        case .scramSHA1: return try beginScram(.sha1, message)
        case .plain:
            let plain = try PlainMessage(message)
            let username = try account(plain.username, actingAs: plain.authorizationIdentity)
            state = .lookingUpForPlain(Password(plain.password), username: username)
            return .lookUp(username: username)
        }
    }

    private mutating func beginScram(_ hash: ScramHash, _ message: [UInt8]) throws(SASLFailure) -> Action {
        let exchange = try ScramExchange(clientFirst: message)
        let username = try account(exchange.request.username, actingAs: exchange.request.authorizationIdentity)
        state = .lookingUpForScram(exchange, hash, username: username)
        return .lookUp(username: username)
    }

    /// The prepared name. Nobody acts as anybody else (RFC 6120 §6.3.8).
    private func account(_ username: String, actingAs identity: String?) throws(SASLFailure) -> String {
        guard let account = try? JID(local: username, domain: domain), let prepared = account.local else {
            throw .notAuthorized
        }
        if let identity {
            guard JID(identity) == account else { throw .invalidAuthzid }
        }
        return prepared
    }
}
