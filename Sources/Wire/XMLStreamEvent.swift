/// What one XML stream brought (RFC 6120 §4). Whitespace between stanzas is not reported.
package enum XMLStreamEvent: Sendable {
    /// The peer's stream header arrived.
    indirect case opened(StreamHeader)
    /// A complete first-level element arrived: a stanza or a negotiation element.
    case element(Element)
    /// The peer closed its stream.
    case closed
}
