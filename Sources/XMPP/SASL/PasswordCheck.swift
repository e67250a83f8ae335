/// A PLAIN password beside the verifier that it is to be held against.
package struct PasswordCheck: Sendable {
    let verifier: ScramVerifier
    /// Nil if the client sent what can't be a password. The work is done all the same.
    let password: Password?

    /// Runs the check. Takes milliseconds on purpose: never on an event loop.
    package func run() -> Bool {
        guard let password else {
            // As slow as the other way, so that nothing is learnt from it.
            if let stand = Password("?") { _ = verifier.matches(stand) }
            return false
        }
        return verifier.matches(password)
    }
}
