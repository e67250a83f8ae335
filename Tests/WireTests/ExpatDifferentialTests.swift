import Testing

@testable import Wire

/// libexpat and we must agree on what is well-formed and on what it says, but for the rules that are stricter on purpose.
@Suite struct ExpatDifferentialTests {
    private static let limits = XMLLimits(depth: 1000, attributes: 1000, nameBytes: 60000, namespaces: 1000)

    @Test(arguments: 0..<8)
    func `random documents say the same`(block: UInt64) {
        for seed in block * 250..<(block + 1) * 250 {
            var generator = RandomDocument(seed: seed)
            let document = generator.wellFormed()
            compare(document)
            for _ in 0..<6 { compare(generator.damaged(document)) }
        }
    }

    private func compare(_ bytes: [UInt8]) {
        let expected = Expat.parse(bytes)
        compareDocument(bytes, expected)
        compareStream(bytes, expected)
    }

    private func compareDocument(_ bytes: [UInt8], _ expected: Expat.Document?) {
        do throws(XMLError) {
            let element = try Element(parsing: bytes, limits: Self.limits)
            guard let expected else {
                if Self.hasNewerName(bytes) { return }
                Issue.record("accepted, but expat refuses: \(Self.show(bytes))")
                return
            }
            let form = Canonical.form(element)
            #expect(form == expected.form, "\(Self.show(bytes))")
            #expect(!expected.isRestricted, "\(Self.show(bytes))")
            reparse(element, form)
        } catch {
            guard let expected, !expected.isRestricted, !Self.isStricter(error, bytes) else { return }
            Issue.record("\(error.code) at \(error.offset), but expat accepts: \(Self.show(bytes))")
        }
    }

    /// The document's root as a stream header, its children as stanzas.
    private func compareStream(_ bytes: [UInt8], _ expected: Expat.Document?) {
        let outcome = StreamOutcome([bytes], limits: Self.limits)
        guard let expected, !expected.isRestricted else { return }
        if let error = outcome.error {
            if error.code == .unexpectedText {
                // A reference to white space is refused too, and so is an empty CDATA section, as not well-formed.
                #expect(expected.hasRootText || bytes.contains(UInt8(ascii: "&")), "\(Self.show(bytes))")
            } else {
                let isSection = error.code == .notWellFormed && bytes[error.offset...].starts(with: "<![".utf8)
                #expect(isSection || Self.isStricter(error, bytes), "\(error) \(Self.show(bytes))")
            }
            return
        }
        #expect(!expected.hasRootText, "\(Self.show(bytes))")
        #expect(outcome.events.last == "close", "\(Self.show(bytes))")
        #expect(Array(outcome.events.dropFirst().dropLast()) == expected.children, "\(Self.show(bytes))")
    }

    /// Parse, write, parse: equal, for the element, each of its descendants, and each within another namespace.
    private func reparse(_ element: Element, _ form: String) {
        let written = element.serialized
        let again = try? Element(parsing: written, limits: Self.limits)
        #expect(again.map(Canonical.form) == form, "\(Self.show(written))")
        #expect(Expat.parse(written)?.form == form, "\(Self.show(written))")
        for child in element.children {
            var writer = XMLWriter(defaultNamespace: "w")
            writer.start(QName("other", "wrapper"))
            child.write(into: &writer)
            writer.end()
            let bytes = writer.finish()
            let childForm = Canonical.form(child)
            #expect(Expat.parse(bytes)?.children == [childForm], "\(Self.show(bytes))")
            reparse(child, childForm)
        }
    }

    /// What we refuse and expat doesn't.
    private static func isStricter(_ error: XMLError, _ bytes: [UInt8]) -> Bool {
        switch error.code {
        case .restrictedXML, .unsupportedEncoding: true
        // A byte order mark is text (RFC 6120 §11.6); a version other than 1.x is an error.
        case .notWellFormed:
            error.offset == 0 && (bytes.starts(with: [0xEF, 0xBB, 0xBF]) || bytes.starts(with: "<?xml".utf8))
        default: false
        }
    }

    /// expat knows the names of the fourth edition of XML 1.0, we those of the fifth, which allows more.
    private static func hasNewerName(_ bytes: [UInt8]) -> Bool {
        (Expat.fault(in: bytes) ?? 0) >= 0x80
    }

    private static func show(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).debugDescription
    }
}
