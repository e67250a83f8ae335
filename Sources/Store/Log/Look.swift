/// An administrator's look at a person.
package struct Look: Hashable, Sendable {
    /// The command that was used, such as `person show`.
    package let verb: String
    /// Milliseconds since 1970.
    package let at: Int64
}
