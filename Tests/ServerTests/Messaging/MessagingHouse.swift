// SPDX-License-Identifier: Apache-2.0

import Consent
import Crypto
import Foundation
import Logging
import NIOCore
import NIOEmbedded
import NIOPosix
import Store
import SwiftASN1
import Testing
import Wire
import X509
import XMPP

@testable import Server

/// Messaging without sockets, for synchronous tests: accounts in memory, sessions that keep what they are sent, one
/// loop that runs when told to, and a store in a folder of its own.
final class MessagingHouse {
    private let loop = EmbeddedEventLoop()
    let services: Services
    private let mailbox: Mailbox
    private let folder: String
    private var channels: [EmbeddedChannel] = []

    init() throws {
        folder = NSTemporaryDirectory() + "hoopoe-messaging-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder + "/tls", withIntermediateDirectories: true)
        var configuration = Configuration(folder: folder)
        configuration.domain = "example.org"
        try Self.writeCertificate(configuration)
        let region = try #require(Region("test"))
        try RegionFiles(folder: folder, region: region).create()
        let store = try RegionStore(folder: folder, region: region, issuer: Issuer(domain: "localhost"))
        let domain = try JID(local: nil, domain: configuration.domain)
        let traces = TraceMemory()
        let mailboxes = Mailboxes(group: loop, traces: traces)
        mailbox = mailboxes[loop]
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let accounts = Accounts(domain: domain, store: store)
        let exports = ExportLinks()
        let (unsent, fallbacks) = (UnsentTexts(), Fallbacks())
        services = Services(
            configuration: configuration, domain: domain, store: store,
            accounts: accounts, mailboxes: mailboxes,
            tls: try TLSFiles(configuration, logger: log), log: log,
            stream: ClientStream.Configuration(
                domain: domain.domain, decoySecret: store.vault.decoySecret, iterations: 10_000),
            stanzaLimits: XMLLimits(stanzaBytes: configuration.limits.stanzaBytes), serverInfo: .server(),
            slowThreads: .singleton,
            texting: Texting([], settings: .init(domain: domain.domain), store: store, group: loop, logger: log),
            departures: Departures(
                store: store, accounts: accounts, exports: exports, unsent: unsent, fallbacks: fallbacks,
                domain: domain),
            exports: exports, fallbacks: fallbacks, unsent: unsent, traces: traces)
    }

    deinit {
        for channel in channels { _ = try? channel.finish(acceptAlreadyClosed: true) }
        services.store.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func writeCertificate(_ configuration: Configuration) throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let name = try DistinguishedName { CommonName("example.org") }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: key.publicKey, notValidBefore: .now - 60,
            notValidAfter: .now + 3_600, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: .init(), issuerPrivateKey: key)
        try certificate.serializeAsPEM().pemString.write(
            toFile: configuration.path(configuration.tls.certificate), atomically: true, encoding: .utf8)
        try key.serializeAsPEM().pemString.write(
            toFile: configuration.path(configuration.tls.key), atomically: true, encoding: .utf8)
    }

    /// What was posted to sessions happens.
    func settle() { loop.run() }

    // MARK: People

    func account(_ name: String) throws -> Account {
        Account(
            person: .random(), name: name, address: try JID(local: name, domain: "example.org"),
            blocklist: Blocklist())
    }

    /// A session that nobody knows of yet.
    func session(_ resource: String, of account: Account) -> Session {
        Session(
            account: account, resource: resource, address: account.address(of: resource), services: services,
            mailbox: mailbox, followsBrokenSession: false)
    }

    /// Connects a resource that keeps everything it is sent.
    ///
    /// With a priority it is available and has read its stored queue; without one it has said nothing yet.
    func connect(
        _ resource: String, of account: Account, priority: Int? = 0, hasCarbons: Bool = false, outbox: Int = 100
    ) throws -> Session {
        let session = session(resource, of: account)
        let connection = ClientConnection(services, isEncrypted: true)
        let channel = EmbeddedChannel(handler: connection, loop: loop)
        channels.append(channel)
        session.connection = ConnectionHandle(connection, mailbox: mailbox)
        session.management = Management(outbound: OutboundQueue(limits: .init(stanzas: outbox)), resumption: nil)
        #expect(account.connect(session.handle) == nil)
        account.withState { $0.resources.update(resource) { $0.hasCarbons = hasCarbons } }
        guard let priority else { return session }
        let stanza = try Stanza(xml("<presence><priority>\(priority)</priority></presence>"))
        let presence = try PresenceContent(stanza)
        account.withState { _ = $0.resources.broadcast(presence, from: resource, roster: []) }
        if priority >= 0, let read = session.feed.turnOn().read {
            _ = session.feed.pageRead(read, last: nil)
        }
        return session
    }
}

extension Services {
    /// Somebody with *sms* on, in the store.
    func joinWithSMS(_ name: String) async throws -> Account {
        let verifier = Verifier(salt: [1, 2], iterations: 10_000, storedKey: [3], serverKey: [4])
        let added = try await store.writer.add([
            NewPerson(name: name, verifiers: Verifiers(sha1: verifier, sha256: verifier))
        ])
        let person = try #require(added.first).get()
        _ = try await store.writer.grant(.sms, by: person)
        return try #require(await accounts.load(person))
    }

    /// From now on no yes to the purpose counts.
    func changeTerms(of purpose: PurposeCode) async throws {
        let shipped = String(decoding: TermsDocument.shipped.bytes, as: UTF8.self)
        let what = try #require(TermsDocument.shipped.entries[purpose]).what
        let document = try TermsDocument(
            Array(shipped.replacing("\"\(what)\"", with: "\"\(what.dropLast()), in August.\"").utf8))
        _ = try await store.writer.publish(document, to: store.termsFolder)
    }
}

extension Session {
    /// What was sent to the client, as it reads it.
    func sentStanzas() throws -> [Element] {
        try (management?.outbound.unacknowledged ?? []).map { entry in
            try xml(String(decoding: entry.bytes, as: UTF8.self))
        }
    }

    /// What was sent, in short: the body or the first child's name; behind `sent` or `received` if it is a copy.
    func heard() throws -> [String] {
        try sentStanzas().map { stanza in
            for carbon in [Carbon.sent, .received] {
                guard
                    let copy = stanza.children.first(where: { $0.isIn(Namespace.carbons) && $0.name == carbon.rawValue }
                    ),
                    let forwarded = copy.children.first(where: { _ in true }),
                    let message = forwarded.children.first(where: { $0.name == "message" })
                else { continue }
                return "\(carbon.rawValue): \(Self.short(message))"
            }
            return Self.short(stanza)
        }
    }

    private static func short(_ message: Element) -> String {
        MessageContent.body(of: message) ?? message.children.first { _ in true }?.name ?? ""
    }
}
