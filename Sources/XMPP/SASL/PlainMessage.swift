/// The message of the mechanism PLAIN (RFC 4616 §2): `[authzid] NUL authcid NUL passwd`.
struct PlainMessage: Sendable {
    let authorizationIdentity: String?
    let username: String
    let password: String

    init(_ message: [UInt8]) throws(SASLFailure) {
        let fields = message.split(separator: 0, omittingEmptySubsequences: false)
        guard message.count <= 3 * JID.maximumPartLength, fields.count == 3 else { throw .malformedRequest }
        let texts = fields.map { String(validating: $0, as: UTF8.self) }
        guard let identity = texts[0], let username = texts[1], let password = texts[2] else {
            throw .malformedRequest
        }
        guard !username.isEmpty, !password.isEmpty else { throw .malformedRequest }
        self.authorizationIdentity = identity.isEmpty ? nil : identity
        self.username = username
        self.password = password
    }
}
