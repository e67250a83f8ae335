// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import Synchronization

/// Hands an export to whoever comes with a link that works, to so many at a time.
struct ExportDesk: Sendable {
    /// Each reads the store as fast as its client takes it.
    private static let seatLimit = 4
    /// What messages are kept in, at most, for an archive below 4 GiB: JSON escapes some of it.
    private static let sizeLimit = 3_000_000_000

    /// The right to be served now; ends with the last one who holds it.
    final class Seat: Sendable {
        private let seats: Seats

        fileprivate init(_ seats: Seats) { self.seats = seats }

        deinit { seats.taken.withLock { $0 -= 1 } }
    }

    fileprivate final class Seats: Sendable {
        let taken = Mutex(0)
    }

    private static let busy = WebAnswer.words(
        .unavailable, "Too many exports are being fetched. This link still works: try again in a minute.")
    private static let unreadable = WebAnswer.words(
        .unavailable, "The server can't read its store now. This link still works: try again in a minute.")
    private static let tooLarge = WebAnswer.words(
        .unavailable,
        "What is kept for you doesn't fit into one archive of 4 GB. Your chat app can fetch the messages page by page; "
            + "what do you know, in the chat with the server, tells what else there is.")

    private let services: Services
    private let links: OneTimeLinks
    private let seats = Seats()

    init(_ services: Services) {
        self.services = services
        links = services.exports.links
    }

    /// The page with the button that fetches the archive, if the link works; it goes on working.
    func ask(_ token: String) -> WebAnswer {
        guard links.look(at: token) != nil else { return .linkSpent }
        let page = ExportPage(domain: services.configuration.domain)
        var answer = WebAnswer(media: .html, body: .bytes(Array(page.html.utf8)))
        answer.hasForm = true
        return answer
    }

    /// Uses up the link if there is something to hand out now.
    func fetch(_ token: String) async -> WebAnswer {
        guard let grant = links.look(at: token) else { return .linkSpent }
        guard let seat = takeSeat() else { return Self.busy }
        do throws(StoreError) {
            let size = try await services.store.read { snapshot throws(StoreError) in
                try snapshot.exportSize(of: grant.person)
            }
            guard size <= Self.sizeLimit else { return Self.tooLarge }
        } catch {
            return Self.unreadable
        }
        guard let account = await services.accounts.load(grant.person), links.use(token) == grant else {
            return .linkSpent
        }
        return WebAnswer(
            media: .zip, body: .export(ExportArchive(services: services, account: account, seat: seat)))
    }

    private func takeSeat() -> Seat? {
        let isFree = seats.taken.withLock { taken in
            guard taken < Self.seatLimit else { return false }
            taken += 1
            return true
        }
        return isFree ? Seat(seats) : nil
    }
}
