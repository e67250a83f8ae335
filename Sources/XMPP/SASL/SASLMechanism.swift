/// The SASL mechanisms that we offer, strongest first; the names are IANA's.
///
/// SCRAM-SHA-1 and PLAIN stay because clients of today know nothing else; PLAIN is only ever offered under TLS.
package enum SASLMechanism: String, CaseIterable, Sendable {
    case scramSHA256 = "SCRAM-SHA-256"
    case scramSHA1 = "SCRAM-SHA-1"
    case plain = "PLAIN"
}
