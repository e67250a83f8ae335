@testable import Wire

/// One spelling for every way to write the same XML, so that two parsers, or two cuts of the same bytes, can be compared.
enum Canonical {
    /// `{namespace}local`, attributes in brackets and sorted, content in parentheses, text quoted.
    static func form(_ element: Element) -> String {
        var result = open(
            namespace: element.namespace, local: element.name,
            attributes: element.attributes.map { "{\($0.namespace)}\($0.name)=\(quoted($0.value))" })
        var record = element.contentStart
        var text: [UInt8] = []
        while record < element.contentEnd {
            let head = element.storage.tape[record]
            if head & XMLTape.kindMask == XMLTape.element {
                let child = Element(storage: element.storage, index: record)
                result += flush(&text) + form(child)
                record = child.contentEnd
            } else {
                let kind: XMLText.Kind = head & XMLTape.Text.section != 0 ? .section : .content
                XMLText.decode(element.rawText(at: record), as: kind, into: &text)
                record += XMLTape.Text.size
            }
        }
        return result + flush(&text) + ")"
    }

    static func form(_ event: XMLStreamEvent) -> String {
        switch event {
        case .opened(let header):
            let rest = [header.to, header.from, header.id, header.version, header.lang].map { $0 ?? "-" }
            return "open {\(header.namespace)}\(header.name) {\(header.defaultNamespace)} "
                + rest.joined(separator: " ")
        case .element(let element): return form(element)
        case .closed: return "close"
        }
    }

    static func open(namespace: String, local: String, attributes: [String]) -> String {
        let list = attributes.isEmpty ? "" : "[" + attributes.sorted().joined(separator: " ") + "]"
        return "{\(namespace)}\(local)\(list)("
    }

    static func quoted(_ text: String) -> String {
        "'" + text.unicodeScalars.map { $0.isASCII && $0.value < 0x20 ? "\\\($0.value);" : String($0) }.joined() + "'"
    }

    private static func flush(_ text: inout [UInt8]) -> String {
        defer { text = [] }
        return text.isEmpty ? "" : quoted(String(decoding: text, as: UTF8.self))
    }
}

/// What came of feeding some pieces of one stream.
struct StreamOutcome: Equatable, CustomStringConvertible {
    var events: [String] = []
    var error: XMLError?

    /// Feeds the pieces one by one, asking for events after each.
    init(_ pieces: [[UInt8]], limits: XMLLimits = .clientDefault) {
        var parser = XMLStreamParser(limits: limits)
        do throws(XMLError) {
            for piece in pieces {
                parser.feed(piece)
                while let event = try parser.next() { events.append(Canonical.form(event)) }
            }
        } catch {
            self.error = error
        }
    }

    var description: String {
        events.joined(separator: "\n") + (error.map { "\n! \($0.code) at \($0.offset)" } ?? "")
    }
}
