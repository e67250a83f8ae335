/// Who gives receipts: the server of one domain, by the name that people's addresses carry.
package struct Issuer: Hashable, Sendable {
    /// The right-hand side of everybody's address; it names the log too.
    package let domain: String

    package init(domain: String) {
        self.domain = domain
    }
}
