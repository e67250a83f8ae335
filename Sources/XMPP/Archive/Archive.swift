package import Wire

/// The archive's payloads as the server writes them (XEP-0313 §4–5).
package enum Archive {
    static let queryName = QName(Namespace.archive, "query")
    static let metadataName = QName(Namespace.archive, "metadata")

    /// Writes the form of all the fields that a query may have (§4.1.5).
    package static func writeForm(into writer: inout XMLWriter) {
        var ids = DataForm.Field("ids", .listMulti)
        ids.isOpen = true
        let form = DataForm(
            .form, formType: ArchiveQuery.formType,
            fields: [
                DataForm.Field("with", .jidSingle), DataForm.Field("start", .textSingle),
                DataForm.Field("end", .textSingle), DataForm.Field("before-id", .textSingle),
                DataForm.Field("after-id", .textSingle), ids, DataForm.Field("include-groupchat", .boolean)
            ])
        writer.start(queryName)
        form.write(into: &writer)
        writer.end()
    }
}

/// One archived message on its way to the client (XEP-0313 §4.2).
package struct ArchiveResult: Hashable, Sendable {
    /// The archive's id of the message.
    package var id: String
    package var received: Timestamp
    /// The message as it was kept, serialised under `jabber:client` or self-contained; it goes out byte for byte.
    package var message: [UInt8]

    package init(id: String, received: Timestamp, message: [UInt8]) {
        self.id = id
        self.received = received
        self.message = message
    }

    /// The stanza, under the default namespace `jabber:client`.
    package func bytes(queryID: String?, owner: JID, to: JID) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.start(QName(Namespace.client, "message"))
        writer.attribute("from", owner.bare.description)
        writer.attribute("to", to.description)
        writer.start(QName(Namespace.archive, "result"))
        if let queryID { writer.attribute("queryid", queryID) }
        writer.attribute("id", id)
        Forwarded.write(message, delay: Delay(received), into: &writer)
        writer.end()
        writer.end()
        return writer.finish()
    }
}

/// The end of a query's results (XEP-0313 §4.3): the payload of the IQ result that follows the messages.
package struct ArchiveFinish: Hashable, Sendable {
    /// Nothing that matches lies beyond this page, in the direction of paging.
    package var isComplete: Bool
    /// First and last in the archive's order, flipped or not.
    package var page: ResultSet

    package init(isComplete: Bool, page: ResultSet) {
        self.isComplete = isComplete
        self.page = page
    }

    package func write(into writer: inout XMLWriter) {
        writer.start(QName(Namespace.archive, "fin"))
        if isComplete { writer.attribute("complete", "true") }
        page.write(into: &writer)
        writer.end()
    }
}

/// The ends of the whole archive (XEP-0313 §5).
package enum ArchiveMetadata: Hashable, Sendable {
    case empty
    case spanning(first: End, last: End)

    package struct End: Hashable, Sendable {
        package var id: String
        package var received: Timestamp

        package init(id: String, received: Timestamp) {
            self.id = id
            self.received = received
        }
    }

    package func write(into writer: inout XMLWriter) {
        writer.start(Archive.metadataName)
        if case .spanning(let first, let last) = self {
            first.write(as: QName(Namespace.archive, "start"), into: &writer)
            last.write(as: QName(Namespace.archive, "end"), into: &writer)
        }
        writer.end()
    }
}

extension ArchiveMetadata.End {
    fileprivate func write(as name: QName, into writer: inout XMLWriter) {
        writer.start(name)
        writer.attribute("id", id)
        writer.attribute("timestamp", received.description)
        writer.end()
    }
}
