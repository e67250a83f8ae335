/// What may come out of a permit's body: a closed set, so that an opened identifier can't.
///
/// Its members are sealed values, keyed hashes, bits, what the service may render as content, and a ``Disclosure``,
/// whose bytes come out at the one place of its way. A type joins by giving a ``Membership`` of its own, and only this
/// module can make one; the vault asks for it before every body.
package protocol PermitResult: Sendable {
    /// Shows that this module let the type in.
    static var membership: Membership<Self> { get }
}

/// The proof that `Member` belongs to the closed set. Made in this module alone.
package struct Membership<Member>: Sendable {
    init() {}
}

extension Bool: PermitResult {
    package static var membership: Membership<Self> { Membership() }
}

extension Sealed: PermitResult {
    package static var membership: Membership<Self> { Membership() }
}

extension KeyID: PermitResult {
    package static var membership: Membership<Self> { Membership() }
}

extension Optional: PermitResult where Wrapped: PermitResult {
    package static var membership: Membership<Self> { Membership() }
}

extension Array: PermitResult where Element: PermitResult {
    package static var membership: Membership<Self> { Membership() }
}

/// Two results at once, so that one turn at the lock yields both.
package struct Pair<First: PermitResult, Second: PermitResult>: PermitResult {
    package let first: First
    package let second: Second

    package init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    package static var membership: Membership<Self> { Membership() }
}
