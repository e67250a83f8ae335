package import Wire

/// Which page of a long result somebody asks for (XEP-0059 §2).
package struct ResultSetRequest: Hashable, Sendable {
    package static let name = QName(Namespace.resultSets, "set")

    package enum Page: Hashable, Sendable {
        /// From the beginning.
        case first
        /// What follows the item of this id.
        case after(String)
        /// What comes right before the item of this id.
        case before(String)
        /// The end: an empty `<before/>` (§2.5).
        case last
    }

    /// Most items wanted; 0 asks for the count alone (§2.7); `nil` leaves it to the server.
    package var maximum: Int?
    package var page: Page

    package init(maximum: Int? = nil, page: Page = .first) {
        self.maximum = maximum
        self.page = page
    }

    /// Items to send in one page, given how many the server is willing to.
    package func limit(atMost most: Int) -> Int {
        min(maximum ?? most, most)
    }

    /// Reads `<set/>`. Refused: `feature-not-implemented` for a page by index (§2.6 lets a responder do so),
    /// `bad-request` for a maximum that is no number, an empty `<after/>`, or `before` and `after` together.
    package init(parsing element: Element) throws(StanzaError) {
        guard element.matches(Self.name) else { throw StanzaError(.badRequest) }
        guard element.first(QName(Namespace.resultSets, "index")) == nil else {
            throw StanzaError(.featureNotImplemented)
        }
        var maximum: Int?
        if let text = element.first(QName(Namespace.resultSets, "max"))?.text {
            guard let number = Int(text), number >= 0 else { throw StanzaError(.badRequest) }
            maximum = number
        }
        let after = element.first(QName(Namespace.resultSets, "after"))?.text
        let before = element.first(QName(Namespace.resultSets, "before"))?.text
        switch (after, before) {
        case (nil, nil): self.init(maximum: maximum)
        case (let after?, nil):
            guard !after.isEmpty else { throw StanzaError(.badRequest) }
            self.init(maximum: maximum, page: .after(after))
        case (nil, let before?): self.init(maximum: maximum, page: before.isEmpty ? .last : .before(before))
        case (_?, _?): throw StanzaError(.badRequest)
        }
    }
}
