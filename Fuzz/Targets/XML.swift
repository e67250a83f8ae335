@testable import Wire

/// One document, read by libexpat and by us: both refuse it, or both read the same elements, attributes and texts from it.
///
/// What legitimately differs, and nothing else:
/// - We refuse what RFC 6120 §11.1 forbids in a stream: comments, processing instructions, DTDs, entities declared there
///   (`restrictedXML`), and every encoding but UTF-8, a byte order mark included. expat reads those.
/// - We refuse an XML version other than 1.x; expat passes over it.
/// - We read names of the fifth edition of XML 1.0; expat knows those of the fourth, which allows fewer, and stops at a byte
///   beyond ASCII in them.
/// - Limits of depth, of attributes and of lengths are ours: here they are wider than any input.
func fuzzXML(_ bytes: [UInt8]) {
    let limits = XMLLimits(stanzaBytes: 1 << 20, depth: 5000, attributes: 5000, nameBytes: 60_000, namespaces: 5000)
    let expected = Expat.parse(bytes)
    do throws(XMLError) {
        let element = try Element(parsing: bytes, limits: limits)
        guard let expected else {
            precondition((Expat.fault(in: bytes) ?? 0) >= 0x80, "accepted, but expat refuses")
            return
        }
        precondition(!expected.isRestricted, "accepted, but it is restricted in streams")
        let form = Canonical.form(element)
        precondition(form == expected.form, "expat reads something else")
        let written = element.serialized
        precondition(Expat.parse(written)?.form == form, "expat reads something else from what is written")
        for child in element.children {
            precondition(
                Expat.parse(child.serialized)?.form == Canonical.form(child), "a child alone says something else")
        }
    } catch {
        precondition((0...bytes.count).contains(error.offset), "an error beyond the text")
        guard let expected, !expected.isRestricted else { return }
        precondition(isStricter(error, bytes), "refused, but expat accepts")
    }
}

/// What we refuse and expat doesn't.
private func isStricter(_ error: XMLError, _ bytes: [UInt8]) -> Bool {
    switch error.code {
    case .restrictedXML, .unsupportedEncoding: true
    case .notWellFormed:
        error.offset == 0 && (bytes.starts(with: [0xEF, 0xBB, 0xBF]) || bytes.starts(with: "<?xml".utf8))
    default: false
    }
}
