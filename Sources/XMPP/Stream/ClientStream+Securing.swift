import Wire

/// STARTTLS (RFC 6120 §5).
extension ClientStream {
    /// In the clear nothing is heard but `<starttls/>`.
    mutating func receivedWhileSecuring(_ element: Element, unread: Int) -> [Action] {
        guard element.matches(QName(Namespace.tls, "starttls")) else {
            let condition: StreamError.Condition =
                Stanza.Kind(element) == nil ? .policyViolation : .notAuthorized
            return fail(StreamError(condition, text: "Start TLS first."))
        }
        // Whatever follows was said in the clear by somebody who may not be the client, to be heard as if it were said
        // under TLS (§5.4.3.3, CVE-2011-0411).
        guard unread == 0 else {
            return fail(StreamError(.policyViolation, text: "Nothing may follow starttls before the handshake."))
        }
        state = .handshaking
        return [.write(Array("<proceed xmlns='\(Namespace.tls)'/>".utf8)), .startTLS, .restartParser]
    }

    /// The handshake succeeded.
    package mutating func tlsEstablished() {
        guard case .handshaking = state else { return }
        awaitHeader(.encrypted)
    }
}
