/// One of the accounts `u0`, `u1`, …, which all have the same password.
struct Account: Sendable {
    let index: Int
    let domain: String

    /// The local part.
    var name: String { "u\(index)" }
    /// The bare address.
    var address: String { "\(name)@\(domain)" }
}
