package import Wire

/// Where a page lies in the whole result (XEP-0059 §2.1, §2.3).
package struct ResultSet: Hashable, Sendable {
    /// The ids of the page's first and last items; `nil` for an empty page.
    package var first: String?
    package var last: String?
    /// How many items precede the page, if known.
    package var firstIndex: Int?
    /// How many items there are in all, if known.
    package var count: Int?

    package init(first: String? = nil, last: String? = nil, firstIndex: Int? = nil, count: Int? = nil) {
        self.first = first
        self.last = last
        self.firstIndex = firstIndex
        self.count = count
    }

    package func write(into writer: inout XMLWriter) {
        writer.start(ResultSetRequest.name)
        if let first {
            writer.start(QName(Namespace.resultSets, "first"))
            if let firstIndex { writer.attribute("index", firstIndex) }
            writer.text(first)
            writer.end()
        }
        if let last { writer.element(QName(Namespace.resultSets, "last"), text: last) }
        if let count { writer.element(QName(Namespace.resultSets, "count"), text: String(count)) }
        writer.end()
    }
}
