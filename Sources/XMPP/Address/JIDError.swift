/// What is wrong with an address: the first part that can't be prepared (RFC 7622 §3). Carries none of the text.
package enum JIDError: String, Error, Equatable, Sendable {
    case localpart
    case domainpart
    case resourcepart
}
