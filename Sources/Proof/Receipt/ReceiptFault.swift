/// Why a receipt and its proof do not hold.
package enum ReceiptFault: Error, Hashable, Sendable {
    /// The receipt or record itself can't be read, or its signature is wrong.
    case receipt(ReceiptError)
    /// The policy doesn't name the log whose key the receipt says signed it.
    case unknownIssuer(String)
    /// The proof can't be read, isn't of these bytes, or leads to a checkpoint that the policy doesn't accept.
    case proof(TransparencyProofError)
    /// The log that has it is of another server or region than it speaks of.
    case otherLog(String)
}

extension ReceiptFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .receipt(let error):
            error.description
        case .unknownIssuer(let name):
            "The policy names no log \(name), which the receipt says signed it. Get that log's policy from who runs the server, "
                + "over a way that you trust."
        case .proof(.notIncluded):
            "The proof isn't of this receipt: one of the two was altered, or they belong to different receipts."
        case .proof(.badExtra):
            "The proof lacks the salt that receipts are entered with (the line 'extra'). Get the proof again."
        case .proof(let error):
            "The proof doesn't hold: \(error)."
        case .otherLog(let name):
            "The log \(name) has it, but it speaks of another server or region."
        }
    }
}
