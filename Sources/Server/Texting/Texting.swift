package import Consent
package import Logging
package import NIOCore
package import Numbers
package import Store
import Synchronization

/// The way out to SMS and back, as the rest of the server calls it. ``TextingService`` runs it.
///
/// A text is queued inside the writer's batch that stores its message, so either both are there or none; from then on
/// it goes out in its turn, once at most, whatever happens to the program.
package final class Texting: Sendable {
    /// What the operator decides about texting as a whole.
    package struct Settings: Sendable {
        /// Segments that one person may send in a day.
        package var segmentsPerDay = 50
        /// The most that the segments of a day may cost, in the currency of the routes' prices.
        package var spendCapPerDay = Price(tenThousandths: 100_000)
        /// How long a text waits for a device before it goes out, at most; in milliseconds.
        package var grace: Int64 = 86_400_000
        /// One-time codes.
        package var codes = CodeLimits.Allowance()
        /// Idle days after which a conversation's sending number is free again; as the writer's.
        package var bindingDays: Int64 = 30
        /// What becomes of texts from numbers that nobody here has texted.
        package var unbound = Unbound.answerOnce
        /// Names the service in what it says to numbers.
        package var domain: String

        package init(domain: String) {
            self.domain = domain
        }

        /// What becomes of texts that belong to no conversation. They reach nobody in either case.
        package enum Unbound: String, Hashable, Sendable, CaseIterable {
            case answerOnce = "answer-once"
            case drop
        }
    }

    package let table: RouteTable
    let settings: Settings
    let store: RegionStore
    let group: any EventLoopGroup
    let wall: WallClock
    let logger: Logger
    let inboxes: [String: RouteInbox]
    private let codes: Mutex<CodeLimits>

    package init(
        _ routes: [Route], settings: Settings, store: RegionStore, group: any EventLoopGroup,
        wall: WallClock = .system, logger: Logger
    ) {
        table = RouteTable(routes)
        self.settings = settings
        self.store = store
        self.group = group
        self.wall = wall
        self.logger = logger
        inboxes = Dictionary(routes.map { ($0.name, RouteInbox()) }) { first, _ in first }
        codes = Mutex(CodeLimits(settings.codes))
    }

    /// Which route takes a number, or why none does. For answers to senders, and for
    /// ``queue(_:to:by:due:message:standingInFor:owner:in:)``.
    package func way(to number: E164) -> RouteTable.Way {
        table.way(to: number)
    }

    /// Queues a text within the batch that stores its message. It goes out at `due` (milliseconds since 1970: now, or
    /// the end of the grace time), when its turn has come.
    ///
    /// Until then `Transaction.cancelOutgoing(for:owner:)` takes it back, by the stored message it carries; that message
    /// is named in ``TextingEvents/changed(_:)`` too. One that stands in for a message to `recipient` goes out only while
    /// their *number-texting* stands as well. Fails with `denied` if the owner's *sms* doesn't stand.
    @discardableResult
    package func queue(
        _ body: String, to number: E164, by route: Route, due: Int64, message: ArchiveID?,
        standingInFor recipient: PersonID? = nil, owner: PersonID, in transaction: Transaction
    ) throws(StoreError) -> ArchiveID {
        let id = try transaction.queue(
            content: SMSContent.packed(number.digits.utf8, body), route: route.name, due: due, message: message,
            standingInFor: recipient, owner: owner)
        // What the route does about it comes after this batch in the writer's queue.
        inboxes[route.name]?.wake()
        return id
    }

    /// Sends a one-time code, at once and not by the durable queue: whether it arrived stays unknown.
    ///
    /// Doesn't block but for one small read.
    /// - Throws: why it isn't sent, as a sentence for the person who asked for it.
    package func sendCode(_ code: String, to permit: borrowing CodePermit) throws(CodeRefusal) {
        // Counted before anything else, or a number without a route could be guessed at without limit.
        try admitCode(permit)
        let route: Route
        switch table.way(to: permit.number) {
        case .route(let found): route = found
        case .ownNumber: throw .ownNumber
        case .none: throw .noRoute
        }
        guard let inbox = inboxes[route.name], inbox.isBound, let sender = route.senders.first else {
            throw .notConnected
        }
        let hash = store.vault.routeHash(permit.number, route: route.name)
        guard let isStopped = try? store.keys.isStopped(route: route.name, number: hash) else { throw .notConnected }
        guard !isStopped else { throw .stopped(startTo: sender) }
        let text = "\(code) is your code for \(settings.domain). It works for ten minutes. Nobody will ask you for it."
        inbox.yield(.notice(Notice(kind: .code(permit.disclose(saying: text)))))
    }

    private func admitCode(_ permit: borrowing CodePermit) throws(CodeRefusal) {
        let (person, number, now) = (permit.person, permit.number, wall.now())
        let hash = store.vault.limitHash(number)
        do throws(CodeLimits.Refusal) {
            try codes.withLock { (codes: inout CodeLimits) throws(CodeLimits.Refusal) in
                try codes.admit(number, hash: hash, person: person, now: now)
            }
        } catch {
            throw .limit(error)
        }
    }
}

/// Why a one-time code isn't sent, as a sentence for the person who asked for it.
package enum CodeRefusal: Error, Hashable, Sendable {
    /// No route takes the number's prefix: the administrator may hand over the code.
    case noRoute
    case ownNumber
    /// The number said STOP. `startTo` is our number that takes START from it, digits.
    case stopped(startTo: String)
    case limit(CodeLimits.Refusal)
    case notConnected
}

extension CodeRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noRoute: "This server has no SMS route to that number. Its administrator can hand you a code instead."
        case .ownNumber: "That is one of this server's own SMS numbers."
        case .stopped(let number):
            "That phone has answered STOP, so no code is sent to it. Text START from it to +\(number) and ask again."
        case .limit(.number): "Enough codes were sent to that number today. Try again tomorrow (UTC)."
        case .limit(.person): "You have asked for enough codes today. Try again tomorrow (UTC)."
        case .limit(.prefix), .limit(.everyone):
            "Unusually many codes were asked for today, so no more are sent there. Try again tomorrow (UTC)."
        case .notConnected: "The SMS route isn't connected just now. Try again in a minute."
        }
    }
}

/// A text of the server's own to a number: a code, or an answer. Not stored; its outcome is nobody's concern.
struct Notice: Sendable {
    enum Kind: Sendable {
        /// To a number that a person here claims, opened by its permit.
        case code(Disclosure<SMPPSubmit>)
        /// To a number that has just texted us.
        case answer(E164, String)
    }

    let kind: Kind
    /// Which of our numbers it is from; the first one if nil.
    var sender: String?
}
