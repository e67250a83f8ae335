// SPDX-License-Identifier: Apache-2.0

import Store
import Wire
import XMPP

/// The message archive (XEP-0313): the delivery window, and beyond it the history of those who keep one.
extension Services {
    /// Most messages in one page.
    private static let pageLimit = 100
    /// Most bytes of messages in one page: what a client takes at once without losing its connection.
    private static let pageBytes = 512 * 1024

    func answer(
        _ query: XMPP.ArchiveQuery, to stanza: Stanza, of account: Account, session: SessionHandle
    ) async throws(StanzaError) -> [[UInt8]] {
        let filter = try filter(of: query)
        let named = try ids(namedBy: query)
        // A page beside a message that isn't there would leave a gap that the client can't see (XEP-0313 §4.1.4).
        let found = try await stored { snapshot throws(StoreError) -> ArchivePage? in
            for id in named where try !snapshot.hasArchived(id, owner: account.person) { return nil }
            return try snapshot.archive(of: account.person, filter)
        }
        guard let page = found else { throw StanzaError(.itemNotFound) }
        if !query.ids.isEmpty, page.isComplete, page.rows.count < Set(query.ids).count {
            throw StanzaError(.itemNotFound)
        }
        let to = account.address(of: session.resource)
        var results = page.rows.compactMap { row -> [UInt8]? in
            guard let message = StoredMessage(encoded: row.payload) else { return nil }
            return ArchiveResult(
                id: row.id.text, received: Timestamp(milliseconds: row.id.milliseconds),
                message: message.bytes(archiveID: nil, owner: account.address)
            ).bytes(queryID: query.queryID, owner: account.address, to: to)
        }
        if query.isFlipped { results.reverse() }
        let finish = ArchiveFinish(
            isComplete: page.isComplete, page: ResultSet(first: page.first?.text, last: page.last?.text))
        return results + [stanza.result { finish.write(into: &$0) }]
    }

    private func filter(of query: XMPP.ArchiveQuery) throws(StanzaError) -> Store.ArchiveQuery {
        var rows = Store.ArchiveQuery()
        rows.with = query.with.map { Array($0.bare.description.utf8) }
        rows.start = query.start?.milliseconds
        rows.end = query.end?.milliseconds
        rows.after = try id(query.afterID)
        rows.before = try id(query.beforeID)
        if !query.ids.isEmpty {
            var ids: [ArchiveID] = []
            for text in query.ids { if let id = try id(text) { ids.append(id) } }
            rows.ids = ids
        }
        rows.max = query.page.limit(atMost: Self.pageLimit)
        rows.bytes = Self.pageBytes
        switch query.page.page {
        case .first: break
        case .after(let text): rows.after = [rows.after, try id(text)].compactMap { $0 }.max()
        case .before(let text):
            rows.before = [rows.before, try id(text)].compactMap { $0 }.min()
            rows.isLastPage = true
        case .last: rows.isLastPage = true
        }
        return rows
    }

    /// The messages that a page is to lie beside.
    private func ids(namedBy query: XMPP.ArchiveQuery) throws(StanzaError) -> [ArchiveID] {
        let paging: String? =
            switch query.page.page {
            case .after(let text), .before(let text): text
            case .first, .last: nil
            }
        return [try id(query.afterID), try id(query.beforeID), try id(paging)].compactMap { $0 }
    }

    /// `item-not-found` for an id that this server can't have given (XEP-0059 §2.1).
    private func id(_ text: String?) throws(StanzaError) -> ArchiveID? {
        guard let text else { return nil }
        guard let id = ArchiveID(text: text) else { throw StanzaError(.itemNotFound) }
        return id
    }
}

extension Snapshot {
    /// The ends of a person's archive.
    func archiveMetadata(of account: Account) throws(StoreError) -> ArchiveMetadata {
        var query = Store.ArchiveQuery()
        query.max = 1
        let first = try archive(of: account.person, query).first
        query.isLastPage = true
        let last = try archive(of: account.person, query).last
        guard let first, let last else { return .empty }
        return .spanning(first: ArchiveMetadata.End(first), last: ArchiveMetadata.End(last))
    }
}

extension ArchiveMetadata.End {
    fileprivate init(_ id: ArchiveID) {
        self.init(id: id.text, received: Timestamp(milliseconds: id.milliseconds))
    }
}
