/// Why a document can't be terms, as a sentence for whoever wrote it.
package enum TermsError: Error, Hashable, Sendable {
    /// Not JSON, or not of the right form: what is wrong.
    case form(String)
    /// There is no such purpose.
    case unknownPurpose(String)
    /// A purpose says something in another way than terms must: where, such as `sms.why`, and what is wrong.
    case wording(field: String, String)
}

extension TermsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .form(let what): "These can't be terms: \(what)."
        case .unknownPurpose(let name):
            """
            These can't be terms: this program knows no purpose "\(name)". It knows \
            \(PurposeCode.allCases.map(\.rawValue).joined(separator: ", ")).
            """
        case .wording(let field, let what): "These can't be terms: \(field) \(what)."
        }
    }
}
