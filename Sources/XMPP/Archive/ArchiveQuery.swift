package import Wire

/// What a client wants from its message archive (XEP-0313 §4).
package struct ArchiveQuery: Hashable, Sendable {
    /// Comes back in every result, so that the client can tell its queries apart.
    package var queryID: String?
    /// Only messages with this address; a bare one stands for all its resources.
    package var with: JID?
    /// Only messages received in this time, both ends included.
    package var start: Timestamp?
    package var end: Timestamp?
    /// Only messages between these two, neither included. `item-not-found` if the archive lacks one.
    package var afterID: String?
    package var beforeID: String?
    /// Only these messages. `item-not-found` if the archive lacks one.
    package var ids: [String] = []
    package var page = ResultSetRequest()
    /// Send the page's messages last first. It changes no page's content.
    package var isFlipped = false

    package static let formType = "urn:xmpp:mam:2"
    /// Most messages that a query may name.
    package static let maximumIDs = 100
    /// Longest query id, in bytes: it is repeated in every result.
    package static let maximumQueryID = 256

    package init() {}
}

extension ArchiveQuery {
    /// Reads the payload of an IQ set.
    ///
    /// Refused: `feature-not-implemented` for a field or a paging unknown to us, `item-not-found` for a node,
    /// `jid-malformed` for a bad address, `resource-constraint` for too many ids, `bad-request` for the rest.
    package init(parsing query: Element) throws(StanzaError) {
        guard query.matches(Archive.queryName) else { throw StanzaError(.badRequest) }
        guard query["node"] == nil else { throw StanzaError(.itemNotFound) }
        queryID = query["queryid"]
        guard queryID.map({ $0.utf8.count <= Self.maximumQueryID }) ?? true else { throw StanzaError(.badRequest) }
        if let form = query.first(DataForm.name) { try read(DataForm(parsing: form)) }
        if let set = query.first(ResultSetRequest.name) { page = try ResultSetRequest(parsing: set) }
        isFlipped = query.first(QName(Namespace.archive, "flip-page")) != nil
    }

    private mutating func read(_ form: DataForm) throws(StanzaError) {
        guard form.kind == .submit, form.formType == Self.formType else { throw StanzaError(.badRequest) }
        for field in form.fields {
            switch field.name {
            case "FORM_TYPE": continue
            case "with":
                with = try Self.single(field) {
                    JID($0)
                } orThrow: {
                    StanzaError(.jidMalformed)
                }
            case "start": start = try Self.single(field) { Timestamp(parsing: $0) }
            case "end": end = try Self.single(field) { Timestamp(parsing: $0) }
            case "after-id": afterID = try Self.single(field) { $0.isEmpty ? nil : $0 }
            case "before-id": beforeID = try Self.single(field) { $0.isEmpty ? nil : $0 }
            case "ids":
                guard field.values.count <= Self.maximumIDs else { throw StanzaError(.resourceConstraint) }
                ids = field.values
            // No room's message is kept in a person's archive, so either answer is the same to us.
            case "include-groupchat": _ = try Self.single(field) { ["0", "1", "false", "true"].contains($0) ? $0 : nil }
            default: throw StanzaError(.featureNotImplemented, text: "The archive doesn't know a field of this query.")
            }
        }
    }

    /// The field's only value, refined; `nil` for a field without values.
    private static func single<Value>(
        _ field: DataForm.Field, _ refine: (String) -> Value?,
        orThrow error: () -> StanzaError = { StanzaError(.badRequest) }
    ) throws(StanzaError) -> Value? {
        guard let text = field.values.first else { return nil }
        guard field.values.count == 1 else { throw StanzaError(.badRequest) }
        guard let value = refine(text) else { throw error() }
        return value
    }
}
