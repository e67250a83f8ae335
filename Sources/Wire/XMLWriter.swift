/// Builds XML bytes.
///
/// It knows which default namespace is in scope, so `xmlns` is written only where it changes. Values are escaped;
/// characters that XML can't hold become U+FFFD.
package struct XMLWriter: Sendable {
    /// A default namespace in scope.
    private enum Scope: Sendable {
        case literal(StaticString)
        case runtime(String)
    }

    private struct Open: Sendable {
        /// Where the qualified name stands in `output`.
        let name: Range<Int>
        /// The default namespace inside.
        let scope: Scope
    }

    private var output: [UInt8] = []
    private var open: [Open] = []
    private let outermost: Scope
    private let prefix: QName?
    /// The innermost opening tag still lacks its `>`.
    private var isTagOpen = false

    /// A writer whose bytes will stand where `defaultNamespace` is in scope. Of about `count` bytes it makes room at once.
    package init(defaultNamespace: StaticString = "", expecting count: Int = 0) {
        outermost = .literal(defaultNamespace)
        prefix = nil
        if count > 0 { output.reserveCapacity(count) }
    }

    /// The same, and elements of `namespace` are written with `prefix`, which is declared around them: in an XMPP
    /// stream, `stream` for `http://etherx.jabber.org/streams`.
    package init(defaultNamespace: StaticString, prefix: StaticString, for namespace: StaticString) {
        outermost = .literal(defaultNamespace)
        self.prefix = QName(namespace, prefix)
    }

    /// What is written so far. An opening tag that may still take attributes lacks its end.
    package var bytes: [UInt8] { output }

    /// The default namespace in scope at this point.
    package var defaultNamespace: String {
        switch scope {
        case .literal(let literal): literal.withUTF8Buffer { unsafe String(decoding: $0, as: UTF8.self) }
        case .runtime(let string): string
        }
    }

    package mutating func start(_ name: QName) {
        closeTag()
        output.append(UInt8(ascii: "<"))
        let start = output.count
        if let prefix, Self.equal(prefix.namespace, name.namespace) {
            append(prefix.local)
            output.append(UInt8(ascii: ":"))
            append(name.local)
            open.append(Open(name: start..<output.count, scope: scope))
        } else {
            append(name.local)
            let end = output.count
            if !isScope(name.namespace) {
                append(" xmlns='")
                append(name.namespace)
                output.append(UInt8(ascii: "'"))
            }
            open.append(Open(name: start..<end, scope: .literal(name.namespace)))
        }
        isTagOpen = true
    }

    /// Starts an element whose name is known at run time only. Characters that can't be in a name become `_`.
    package mutating func start(namespace: String, local: String) {
        closeTag()
        output.append(UInt8(ascii: "<"))
        let start = output.count
        // That namespace can't be a default one, and its prefix needs no declaration (Namespaces in XML 1.0 §3).
        let isXML = namespace.utf8.elementsEqual(XMLNamespace.xml)
        if isXML { append("xml:") }
        XMLEscaping.appendName(local, to: &output)
        let end = output.count
        if isXML {
            open.append(Open(name: start..<end, scope: scope))
            isTagOpen = true
            return
        }
        if defaultNamespace != namespace { XMLEscaping.appendAttribute("xmlns", namespace, to: &output) }
        open.append(Open(name: start..<end, scope: .runtime(namespace)))
        isTagOpen = true
    }

    /// Adds an attribute to the element just started. The caller names each once.
    package mutating func attribute(_ name: StaticString, _ value: String) {
        assert(isTagOpen, "an attribute belongs to an opening tag")
        if isTagOpen { appendAttribute(name, value) }
    }

    package mutating func attribute(_ name: StaticString, _ value: Int) {
        attribute(name, String(value))
    }

    /// Adds the attribute if there is a value.
    package mutating func attribute(_ name: StaticString, ifPresent value: String?) {
        if let value { attribute(name, value) }
    }

    package mutating func text(_ value: String) {
        guard !value.isEmpty else { return }
        closeTag()
        XMLEscaping.appendText(value, to: &output)
    }

    /// Ends the innermost open element.
    package mutating func end() {
        guard let element = open.popLast() else {
            assertionFailure("no element is open")
            return
        }
        if isTagOpen {
            append("/>")
            isTagOpen = false
        } else {
            append("</")
            output.append(contentsOf: output[element.name])
            output.append(UInt8(ascii: ">"))
        }
    }

    package mutating func element(_ name: QName) {
        start(name)
        end()
    }

    package mutating func element(_ name: QName, text: String) {
        start(name)
        self.text(text)
        end()
    }

    package mutating func element(_ name: QName, _ body: (inout XMLWriter) -> Void) {
        start(name)
        body(&self)
        end()
    }

    /// Adds trusted bytes, serialised under the default namespace in scope here.
    package mutating func raw(_ bytes: [UInt8]) {
        append(bytes[...])
    }

    /// Ends what is open, gives the bytes away and leaves the writer as new.
    package mutating func finish() -> [UInt8] {
        while !open.isEmpty { end() }
        var bytes: [UInt8] = []
        swap(&bytes, &output)
        return bytes
    }

    /// Adds bytes that need no escaping as content.
    mutating func append(_ bytes: ArraySlice<UInt8>) {
        closeTag()
        output.append(contentsOf: bytes)
    }

    /// Adds an attribute to a tag whose beginning was copied.
    mutating func appendAttribute(_ name: StaticString, _ value: String) {
        output.append(UInt8(ascii: " "))
        append(name)
        append("='")
        XMLEscaping.appendValue(value, to: &output)
        output.append(UInt8(ascii: "'"))
    }

    /// Adds an attribute as it came to a tag whose beginning was copied.
    mutating func copyAttribute(_ name: ArraySlice<UInt8>, rawValue: ArraySlice<UInt8>, quote: UInt8) {
        output.append(UInt8(ascii: " "))
        output.append(contentsOf: name)
        output.append(UInt8(ascii: "="))
        output.append(quote)
        output.append(contentsOf: rawValue)
        output.append(quote)
    }

    /// Whether the default namespace in scope is that one.
    func isScope(_ namespace: ArraySlice<UInt8>) -> Bool {
        switch scope {
        case .literal(let literal): namespace.equals(literal)
        case .runtime(let string): namespace.elementsEqual(string.utf8)
        }
    }

    private func isScope(_ namespace: StaticString) -> Bool {
        switch scope {
        case .literal(let literal): Self.equal(literal, namespace)
        case .runtime(let string): namespace.withUTF8Buffer { unsafe $0.elementsEqual(string.utf8) }
        }
    }

    private var scope: Scope { open.last?.scope ?? outermost }

    private mutating func closeTag() {
        guard isTagOpen else { return }
        output.append(UInt8(ascii: ">"))
        isTagOpen = false
    }

    private mutating func append(_ literal: StaticString) {
        literal.withUTF8Buffer { unsafe output.append(contentsOf: $0) }
    }

    private static func equal(_ left: StaticString, _ right: StaticString) -> Bool {
        guard left.utf8CodeUnitCount == right.utf8CodeUnitCount else { return false }
        return left.withUTF8Buffer { left in
            right.withUTF8Buffer { unsafe left.elementsEqual($0) }
        }
    }
}
