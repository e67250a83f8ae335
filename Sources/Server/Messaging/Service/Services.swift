// SPDX-License-Identifier: Apache-2.0

import Consent
import Glibc
import Logging
import NIOPosix
import Store
import Wire
import XMPP

/// What every part of messaging needs, put together once. A class, since each connection and session holds it.
final class Services: Sendable {
    static let version = "0.1"

    let configuration: Configuration
    /// The domain served, as an address.
    let domain: JID
    /// Where texts that claim to come from members' numbers are kept apart.
    let networkDomain: String
    let store: RegionStore
    let accounts: Accounts
    let resumptions = Resumptions()
    let mailboxes: Mailboxes
    let tls: TLSFiles
    let log: Logger
    /// What each client's stream is negotiated by.
    let stream: ClientStream.Configuration
    let stanzaLimits: XMLLimits
    let serverInfo: DiscoInfo
    /// Password checks take milliseconds: they get threads of their own, so that nothing else waits for them.
    let slowThreads: NIOThreadPool
    let texting: Texting
    let departures: Departures
    let exports: ExportLinks
    let fallbacks: Fallbacks
    let unsent: UnsentTexts
    let metrics: ServerMetrics
    let traces: TraceMemory
    let logins: LoginGuard

    init(
        configuration: Configuration, domain: JID, store: RegionStore, accounts: Accounts, mailboxes: Mailboxes,
        tls: TLSFiles, log: Logger, stream: ClientStream.Configuration, stanzaLimits: XMLLimits, serverInfo: DiscoInfo,
        slowThreads: NIOThreadPool, texting: Texting, departures: Departures, exports: ExportLinks,
        fallbacks: Fallbacks, unsent: UnsentTexts = UnsentTexts(), metrics: ServerMetrics = ServerMetrics(),
        traces: TraceMemory = TraceMemory()
    ) {
        self.configuration = configuration
        self.domain = domain
        networkDomain = "sms." + domain.domain
        self.store = store
        self.accounts = accounts
        self.mailboxes = mailboxes
        self.tls = tls
        self.log = log
        self.stream = stream
        self.stanzaLimits = stanzaLimits
        self.serverInfo = serverInfo
        self.slowThreads = slowThreads
        self.texting = texting
        self.departures = departures
        self.exports = exports
        self.fallbacks = fallbacks
        self.unsent = unsent
        self.metrics = metrics
        self.traces = traces
        logins = LoginGuard(.init(free: configuration.limits.failedLogins))
    }

    var now: Timestamp { Timestamp(milliseconds: WallClock.system.now()) }
}

// MARK: - People

extension Services {
    /// The account of that name, loaded if it must be; nil if there is none, or the store can't be read.
    func account(named name: String) async -> Account? {
        if let account = accounts.known(name) { return account }
        return await accounts.load(name)
    }

    /// The verifiers of that name; nil if there is no such person.
    func verifiers(of username: String) async -> ScramVerifiers? {
        do throws(StoreError) {
            return try await store.read { snapshot throws(StoreError) in
                guard let person = try snapshot.person(named: username) else { return nil }
                return ScramVerifiers(try snapshot.verifiers(of: person.id))
            }
        } catch {
            log.error("verifiers can't be read", metadata: ["reason": "\(error)"])
            return nil
        }
    }

    /// A third of what other threads get of a processor that all of them want.
    private static let slowNiceness: Int32 = 5

    /// Runs a PLAIN password's check on the slow threads.
    /// - Returns: nil if so many wait that it isn't done now.
    func run(_ check: PasswordCheck) async -> Bool? {
        guard logins.beginCheck() else { return nil }
        defer { logins.endCheck() }
        return
            (try? await onSlowThread {
                // Who guesses passwords is to slow nobody down who texts: the thread gives way to the loops and the writer.
                _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.slowNiceness)
                return check.run()
            }) ?? false
    }

    /// Runs what blocks, for the disk or for its own sake, away from the event loops.
    func onSlowThread<R: Sendable>(_ work: @escaping @Sendable () throws -> R) async throws -> R {
        try await slowThreads.runIfActive(work)
    }
}

extension ScramVerifiers {
    init(_ stored: Verifiers) {
        self.init(sha1: ScramVerifier(stored.sha1, .sha1), sha256: ScramVerifier(stored.sha256, .sha256))
    }
}

extension ScramVerifier {
    fileprivate init(_ stored: Verifier, _ hash: ScramHash) {
        self.init(
            hash: hash, iterations: stored.iterations, salt: stored.salt, storedKey: stored.storedKey,
            serverKey: stored.serverKey)
    }
}

// MARK: - The stored queue

extension Services {
    /// The most that is read of the queue for a session at a time, unless one message is longer: what its connection takes
    /// in one turn of its loop.
    private static let heldBytes = 128 * 1024

    /// A page of what waits for an account, oldest first; nil if the store can't be read now.
    func held(for account: Account, after: Int64) async -> HeldPage? {
        await store.writer.settled(account.person)
        do throws(StoreError) {
            let page = try await store.read { snapshot throws(StoreError) in
                try snapshot.pending(
                    of: account.person, after: ArchiveID(rawValue: after), limit: 32, bytes: Self.heldBytes)
            }
            var deliveries: [Delivery] = []
            for row in page.rows {
                guard var message = StoredMessage(encoded: row.payload) else { continue }
                await renderFace(&message)
                deliveries.append(
                    Delivery(
                        row: row.id.rawValue,
                        bytes: message.bytes(archiveID: row.id, owner: account.address, isDelayed: true)))
            }
            return HeldPage(deliveries: deliveries, last: page.last?.rawValue)
        } catch {
            switch error {
            // The person left: nothing waits for them.
            case .noSuchPerson, .denied(.erased): return HeldPage(deliveries: [], last: nil)
            default:
                log.error("held messages can't be read", metadata: ["reason": "\(error)"])
                return nil
            }
        }
    }

    /// A held text shows its sender's alias only if that still stands (the sender may have withdrawn meanwhile).
    func renderFace(_ message: inout StoredMessage) async {
        guard !message.senderAddress.isEmpty, let alias = JID(message.from), let address = JID(message.senderAddress)
        else { return }
        if let name = address.local, let sender = await account(named: name), stands(alias.bare, of: sender.person) {
            return
        }
        message.from = message.senderAddress
    }

    /// A client of the account has these rows.
    func acknowledged(_ rows: [Int64], by account: Account) {
        store.writer.acknowledge(rows.map(ArchiveID.init(rawValue:)), owner: account.person)
        spare(rows)
    }
}

// MARK: - Short forms

extension RegionStore {
    /// Reads on one of the reader's threads.
    func read<R: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        try await reader.read(body)
    }

    /// Changes content; durable when this returns.
    func write<R: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        try await writer.perform(body)
    }
}
