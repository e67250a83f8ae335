/// An immutable element: a view into the bytes of the stanza it came in. Cheap to copy; children share the storage.
package struct Element: Sendable {
    let storage: ElementStorage
    /// Tape index of the element's record.
    let index: Int

    init(storage: ElementStorage, index: Int) {
        self.storage = storage
        self.index = index
    }

    /// Parses one standalone element under the stream's rules. An XML declaration and white space around are allowed.
    ///
    /// - Throws: `XMLError`, with `.unexpectedEnd` if the bytes end too soon.
    package init(parsing bytes: [UInt8], limits: XMLLimits = .clientDefault) throws(XMLError) {
        self = try XMLStreamParser.parseElement(bytes, limits: limits)
    }

    /// The bytes of the whole stanza that this element is part of, as they were received.
    package var wholeSource: [UInt8] { storage.bytes }

    func field(_ field: Int) -> Int { storage.word(index + field) }

    var shape: NameShape { NameShape(storage.tape[index + XMLTape.Element.shape]) }

    /// Local part of the name.
    package var name: String { String(decoding: localName, as: UTF8.self) }

    /// Namespace name, empty if there is none.
    package var namespace: String { String(decoding: namespaceBytes, as: UTF8.self) }

    /// The default namespace in scope inside the element.
    package var defaultNamespace: String {
        let reference = storage.tape[index + XMLTape.Element.defaultNamespace]
        return String(decoding: storage.namespace(reference), as: UTF8.self)
    }

    /// Whether the element is so named. Allocates nothing in the plain case.
    package func matches(_ name: QName) -> Bool {
        localName.equals(name.local) && isIn(name.namespace)
    }

    /// Whether the element is in that namespace.
    package func isIn(_ namespace: StaticString) -> Bool {
        namespaceBytes.equals(namespace)
    }

    /// Whether the local part of the name is that, in whatever namespace.
    package func isNamed(_ local: StaticString) -> Bool {
        localName.equals(local)
    }

    private var localName: ArraySlice<UInt8> {
        let shape = shape
        let start = field(XMLTape.Element.name)
        return storage.bytes[start + shape.local..<start + shape.whole]
    }

    private var namespaceBytes: ArraySlice<UInt8> {
        storage.namespace(storage.tape[index + XMLTape.Element.namespace])
    }
}
