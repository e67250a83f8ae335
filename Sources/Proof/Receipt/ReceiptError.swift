package import Wire

/// Why bytes are no receipt that holds.
package enum ReceiptError: Error, Hashable, Sendable, CustomStringConvertible {
    case signature(JWSError)
    case json(JSONError)
    /// The header's `typ` is not ``Receipt/type``.
    case type
    /// The payload is JSON, but not written as RFC 8785 demands.
    case notCanonical
    /// The payload lacks a field of a receipt, has one too many, or one of another form. Names the first such field.
    case field(String)
    /// The key belongs to a log of another server or region than the one that the receipt names.
    case otherIssuer

    package var description: String {
        switch self {
        case .signature(let error): error.description
        case .json(let error): "The receipt's contents are \(error)."
        case .type: "This is signed, but it is no consent receipt. Check that it is the right file."
        case .notCanonical:
            "The receipt's contents aren't written in the one form that receipts have (RFC 8785), so Hoopoe didn't write them."
        case .field(let name):
            "The receipt's field \"\(name)\" isn't one that this program knows in this form. A newer program may know it."
        case .otherIssuer:
            "The key belongs to another server or region than the receipt speaks of. Use the policy file of that one."
        }
    }
}
