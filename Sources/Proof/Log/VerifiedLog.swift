/// A log that was found in order.
package struct VerifiedLog: Hashable, Sendable {
    package let checkpoint: TrustedCheckpoint
    /// The checkpoint seen earlier, which the log has grown from.
    package let earlier: TrustedCheckpoint?
}
