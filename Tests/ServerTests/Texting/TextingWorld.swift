import Consent
import Foundation
import Logging
import NIOPosix
import Numbers
import SMPP
import ServiceLifecycle
import Store
import Synchronization
import Testing

@testable import Server

/// A list that grows while tests look at it.
final class Growing<Element: Sendable>: Sendable {
    private let state = Mutex<[Element]>([])

    var all: [Element] { state.withLock(\.self) }

    func append(_ element: Element) { state.withLock { $0.append(element) } }
}

/// Waits until something is so, for a minute at most: other tests keep the machine busy.
func eventually(
    _ what: Comment, _ isSo: @Sendable () async throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !isSo() {
        guard ContinuousClock.now < deadline else {
            Issue.record(what, sourceLocation: sourceLocation)
            throw CancellationError()
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// The messaging side: writes down what it is told.
final class RecordingEvents: TextingEvents {
    let changes = Growing<OutgoingChange>()
    let texts = Growing<IncomingText>()
    /// How many incoming texts to refuse to store.
    let refusals = Mutex(0)
    /// Done before a change is written down.
    let beforehand = Mutex<(@Sendable (OutgoingChange) async -> Void)?>(nil)
    /// Done when an incoming text comes.
    let atText = Mutex<(@Sendable (IncomingText) async -> Void)?>(nil)
    private let store: RegionStore

    init(_ store: RegionStore) { self.store = store }

    func changed(_ change: OutgoingChange) async {
        await beforehand.withLock(\.self)?(change)
        changes.append(change)
    }

    func received(_ text: IncomingText) async throws {
        await atText.withLock(\.self)?(text)
        let isRefused = refusals.withLock { left in
            defer { left = max(left - 1, 0) }
            return left > 0
        }
        if isRefused { throw StoreError.conflict }
        let isFirst = try await store.writer.perform { (transaction) throws(StoreError) in
            try text.isFirst(in: transaction)
        }
        if isFirst { texts.append(text) }
    }
}

/// The machine's clock, moved on by hand.
final class MovedClock: Sendable {
    private let ahead = Mutex<Int64>(0)
    /// How often it was asked.
    let asked = Mutex(0)

    var wall: WallClock {
        WallClock {
            self.asked.withLock { $0 += 1 }
            return WallClock.system.now() + self.ahead.withLock(\.self)
        }
    }

    func move(milliseconds: Int64) { ahead.withLock { $0 += milliseconds } }
}

/// A store, a route to a pocket SMSC, and what both have to say.
final class TextingWorld: Sendable {
    static let sender = "447700900001"
    static let secondSender = "447700900002"
    static let bob = number("447911123456")
    static let eve = number("447911123457")
    static let far = number("33612345678")

    static func number(_ digits: String) -> E164 {
        guard let number = E164(digits: digits) else { fatalError("a number of the tests is none") }
        return number
    }

    let folder: String
    let region: Region
    let store: RegionStore
    let smsc: PocketSMSC
    let route: Route
    let texting: Texting
    let events: RecordingEvents
    let happened = Growing<SimulatedCarrier.Event>()
    private let running = Mutex<(ServiceGroup, Task<Void, any Error>)?>(nil)
    private let listening: Task<Void, Never>

    /// - Parameters: a folder that holds a store already, or none for a fresh one; changes to the defaults.
    init(
        folder existing: String? = nil, wall: WallClock = .system, carrier: SimulatedCarrier.Settings = .init(),
        tls: PocketSMSC.Settings? = nil,
        settings change: (inout Texting.Settings) -> Void = { _ in },
        route changeRoute: (inout Route) -> Void = { _ in }
    ) async throws {
        folder = existing ?? NSTemporaryDirectory() + "hoopoe-texting-" + UUID().uuidString
        region = try #require(Region("test"))
        if existing == nil {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try RegionFiles(folder: folder, region: region).create()
        }
        store = try RegionStore(folder: folder, region: region, issuer: Issuer(domain: "localhost"), wall: wall)
        events = RecordingEvents(store)

        var smscSettings = tls ?? PocketSMSC.Settings()
        smscSettings.systemID = "esme"
        smscSettings.password = "secret"
        smscSettings.carrier = carrier
        smsc = PocketSMSC(smscSettings)
        let endpoint = try await smsc.start(Endpoint(host: "127.0.0.1", port: 0))
        listening = Task { [smsc, happened] in
            for await event in smsc.events { happened.append(event) }
        }

        var route = Route(
            name: "pocket", smsc: endpoint, systemID: "esme", password: "secret", senders: [Self.sender],
            prefixes: ["44"])
        route.reconnect = Backoff(first: 20, longest: 50)
        route.throttle = Backoff(first: 100, longest: 200)
        changeRoute(&route)
        self.route = route
        var settings = Texting.Settings(domain: "hoopoe.example")
        change(&settings)
        texting = Texting(
            [route], settings: settings, store: store, group: MultiThreadedEventLoopGroup.singleton, wall: wall,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    deinit {
        listening.cancel()
        try? FileManager.default.removeItem(atPath: folder)
    }

    // MARK: Running

    func start() {
        let group = ServiceGroup(
            services: [TextingService(texting, events: events)],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let task = Task { try await group.run() }
        running.withLock { $0 = (group, task) }
    }

    /// Starts, and waits until the carrier has us.
    func startBound() async throws {
        start()
        let inbox = texting.inboxes["pocket"]
        try await eventually("bound") { inbox?.isBound == true }
    }

    func stop() async throws {
        guard let (group, task) = running.withLock({ $0 }) else { return }
        await group.triggerGracefulShutdown()
        try await task.value
    }

    func end() async throws {
        try await stop()
        await smsc.stop()
        store.close()
    }

    /// The folder as it would be found after the power went: a copy of what is on disk now.
    func folderAfterCrash() throws -> String {
        let copy = NSTemporaryDirectory() + "hoopoe-texting-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: folder, toPath: copy)
        return copy
    }

    // MARK: People and texts

    /// Somebody who has turned *sms* on.
    func join(_ name: String, sms: Bool = true) async throws -> PersonID {
        let verifier = Verifier(salt: [1, 2], iterations: 10_000, storedKey: [3], serverKey: [4])
        let added = try await store.writer.add([
            NewPerson(name: name, verifiers: Verifiers(sha1: verifier, sha256: verifier))
        ])
        let person = try #require(added.first).get()
        if sms { _ = try await store.writer.grant(.sms, by: person) }
        return person
    }

    /// Somebody's number, proven with the code that was sent to it.
    func holdNumber(_ number: E164, by person: PersonID) async throws {
        let sent = Mutex("")
        try await store.writer.claim(Array(number.digits.utf8), by: person) { code, permit in
            sent.withLock { $0 = code }
            return true
        }
        _ = try await store.writer.confirmNumber(by: person, entry: sent.withLock { $0 })
    }

    @discardableResult
    func queue(
        _ body: String, to number: E164 = bob, by owner: PersonID, message: Int64 = 1,
        standingInFor recipient: PersonID? = nil, in milliseconds: Int64 = 0
    ) async throws -> ArchiveID {
        let (texting, route) = (texting, route)
        return try await store.writer.perform { (transaction) throws(StoreError) in
            try texting.queue(
                body, to: number, by: route, due: transaction.now + milliseconds, message: ArchiveID(rawValue: message),
                standingInFor: recipient, owner: owner, in: transaction)
        }
    }

    func state(of id: ArchiveID) async throws -> OutgoingState? {
        try await store.writer.perform { (transaction) throws(StoreError) in try transaction.outgoing(id)?.state }
    }

    // MARK: What happened

    /// What the handsets showed.
    var shown: [String] {
        happened.all.compactMap { event in
            guard case .text(_, _, let text) = event else { return nil }
            return text
        }
    }

    var submits: [(message: SubmitSM, status: CommandStatus?)] {
        happened.all.compactMap { event in
            guard case .submitted(let message, let status) = event else { return nil }
            return (message, status)
        }
    }

    var bindings: Int { happened.all.count { if case .bound = $0 { true } else { false } } }

    func changed(to state: OutgoingState, of message: Int64 = 1) -> OutgoingChange? {
        events.changes.all.first { $0.state == state && $0.message?.rawValue == message }
    }

    func untilChanged(
        to state: OutgoingState, of message: Int64 = 1, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> OutgoingChange {
        try await eventually(
            "\(message) is \(state)", { changed(to: state, of: message) != nil },
            sourceLocation: sourceLocation)
        return try #require(changed(to: state, of: message))
    }
}

/// Runs a test in a world of its own and ends it.
func withTextingWorld(_ world: TextingWorld, _ body: (TextingWorld) async throws -> Void) async throws {
    do {
        try await body(world)
    } catch {
        try? await world.end()
        throw error
    }
    try await world.end()
}
