/// A specification that this server follows: one row of the table that service discovery answers from and that
/// `docs/protocols.md` is printed from.
package struct Feature: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable {
        /// All that it asks of a server like this one.
        case complete
        /// A part; the note says which.
        case partial
        /// Between clients: the server passes it on and treats it as the note says.
        case relayed
    }

    /// Whose answer to `disco#info` names it (XEP-0030 §3).
    package struct Scope: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let server = Scope(rawValue: 1)
        package static let account = Scope(rawValue: 2)
    }

    /// `RFC 6121`, `XEP-0313`.
    package let specification: String
    package let title: String
    package let status: Status
    /// What service discovery calls it; several for a specification of several parts.
    package let variables: [String]
    package let scope: Scope
    package let note: String

    init(
        _ specification: String, _ title: String, _ status: Status, _ variables: [String] = [], in scope: Scope = [],
        note: String
    ) {
        self.specification = specification
        self.title = title
        self.status = status
        self.variables = variables
        self.scope = scope
        self.note = note
    }
}

extension Feature {
    /// The names that an answer to `disco#info` lists, sorted.
    package static func variables(in scope: Scope) -> [String] {
        all.filter { $0.scope.contains(scope) }.flatMap(\.variables).sorted()
    }
}
