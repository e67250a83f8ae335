package import Consent

/// How often permits for a purpose were used on a day, by virtue of one yes.
package struct UseCount: Hashable, Sendable {
    package let purpose: PurposeCode
    /// Days since 1970 (UTC).
    package let day: Int32
    /// A lower bound: a server that is killed loses the counts of its last second.
    package let count: Int
    /// The yes that they were made under.
    package let decision: DecisionID
}
