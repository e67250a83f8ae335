import Wire

/// The server's side of one SCRAM authentication (RFC 5802 §5) without channel binding.
///
/// Knows the order of its three messages and nothing else: who the user is, and a nonce, are brought to it. Everything
/// that is wrong is the peer's fault and ends the exchange.
struct ScramExchange: Sendable {
    /// What the client-first-message asks for.
    struct Request: Equatable, Sendable {
        let username: String
        let authorizationIdentity: String?
    }

    private enum State: Sendable {
        case waitingForVerifier(header: [UInt8], bare: [UInt8], nonce: [UInt8])
        case challenged(verifier: ScramVerifier, header: [UInt8], nonce: [UInt8], transcript: [UInt8])
        case ended
    }

    let request: Request
    private var state: State

    /// The client began.
    init(clientFirst message: [UInt8]) throws(SASLFailure) {
        let first = try ScramMessage.ClientFirst(message)
        self.request = Request(username: first.username, authorizationIdentity: first.authorizationIdentity)
        self.state = .waitingForVerifier(header: first.header, bare: first.bare, nonce: first.nonce)
    }

    /// The verifier, or a decoy, was found.
    ///
    /// - Parameters:
    ///   - verifier: what the user's proof is held against.
    ///   - serverNonce: printable ASCII without commas, new and unpredictable.
    /// - Returns: the server-first-message; nil if it was sent before.
    mutating func challenge(_ verifier: ScramVerifier, serverNonce: [UInt8]) -> [UInt8]? {
        switch state {
        case .waitingForVerifier(let header, let bare, let clientNonce):
            let nonce = clientNonce + serverNonce
            var message = Array("r=".utf8) + nonce + Array(",s=".utf8) + Base64.encode(verifier.salt)
            message += Array(",i=\(verifier.iterations)".utf8)
            let transcript = bare + Array(",".utf8) + message
            state = .challenged(verifier: verifier, header: header, nonce: nonce, transcript: transcript)
            return message
        case .challenged, .ended:
            state = .ended
            return nil
        }
    }

    /// The client proved itself, or not.
    ///
    /// - Returns: the server-final-message, with which we prove ourselves.
    mutating func finish(clientFinal message: [UInt8]) throws(SASLFailure) -> [UInt8] {
        switch state {
        case .waitingForVerifier, .ended:
            state = .ended
            throw .malformedRequest
        case .challenged(let verifier, let header, let nonce, let transcript):
            state = .ended
            let final = try ScramMessage.ClientFinal(message, decodingBase64: Base64.decode)
            let hash = verifier.hash
            guard final.channelBinding == header, final.proof.count == hash.byteCount else { throw .malformedRequest }
            guard ConstantTime.areEqual(final.nonce, nonce) else { throw .notAuthorized }
            let authMessage = transcript + Array(",".utf8) + final.withoutProof
            let signature = hash.authenticationCode(key: verifier.storedKey, of: authMessage)
            let clientKey = zip(final.proof, signature).map { $0 ^ $1 }
            guard ConstantTime.areEqual(hash.digest(of: clientKey), verifier.storedKey) else { throw .notAuthorized }
            return Array("v=".utf8)
                + Base64.encode(hash.authenticationCode(key: verifier.serverKey, of: authMessage))
        }
    }
}
