// SPDX-License-Identifier: Apache-2.0

@testable import Server

/// One session's feed among a store, a router and a mailbox that each take their time, driven by a seed.
///
/// The driving is the session's: it sends what the feed lets it send, leaves out what its client was handed already, and
/// parks when the peer takes no more. What is checked: rows go out in order unless rewound, none twice, none while off or
/// parked, and in the end every row that was due has gone out or was acknowledged by somebody else.
struct FeedModel {
    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    /// What waits in the loop's mailbox.
    private enum Post {
        case turnOn
        case turnOff
        case committed(Int64)
        case rewind(to: Int64)
    }

    /// A question to the store; what it finds is settled when its snapshot is taken.
    private struct Question {
        let read: Feed.Read
        /// What the client was handed and hadn't acknowledged when it was asked.
        let handed: Set<Int64>
        var rows: [Int64]?
    }

    private enum Event: CaseIterable {
        case commit, decide, mail, snapshot, answer, room, acknowledgement, availability, rewind
    }

    private var random: SeededRandom
    /// What happens how often; each seed has odds of its own, since some faults need what is rare in the others.
    private let events: [Event]
    private let isQuick: Bool
    private var feed = Feed()

    // The store and the router.
    private var rows: [Int64] = []
    private var acknowledged: Set<Int64> = []
    /// Committed, and the router hasn't looked yet who takes them.
    private var undecided: [Int64] = []
    /// Sent to another resource by its full address: this session needn't have them.
    private var direct: Set<Int64> = []
    private var isAvailable = false
    private var mailbox: [Post] = []
    private var questions: [Question] = []

    // The session.
    private var isOn = false
    private var isParked = false
    private var hasRoom = true

    // What is owed and what was given.
    private var due: Set<Int64> = []
    private var lastSent: Int64 = 0
    private var newestSent: Int64 = 0
    private var sent: Set<Int64> = []
    private(set) var sentCount = 0

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        var events: [Event] = [.commit, .mail]
        for event in Event.allCases {
            events += Array(repeating: event, count: Int.random(in: 0...6, using: &random))
        }
        self.events = events
        isQuick = seed % 3 != 0
    }

    /// One thing happens.
    mutating func step() throws {
        switch events.randomElement(using: &random) {
        case .commit: commit()
        case .decide: decide()
        case .mail: try handleMail()
        case .snapshot: snapshot()
        case .answer: try answer()
        case .room: try setRoom(!hasRoom)
        case .acknowledgement: acknowledge()
        case .availability: setAvailable(!isAvailable)
        case .rewind: mailbox.append(.rewind(to: Int64.random(in: 0...(rows.last ?? 0), using: &random)))
        case nil: break
        }
        // In most seeds the router and the loop are quick: what is slow then is the store.
        if isQuick {
            while !undecided.isEmpty { decide() }
            while !mailbox.isEmpty { try handleMail() }
        }
    }

    /// Everything comes to rest with a session that is ready: nothing may be owed then.
    mutating func settle() throws {
        var turns = 0
        repeat {
            turns += 1
            guard turns < 10_000 else { throw Violation(description: "it never comes to rest") }
            try setRoom(true)
            if !isAvailable { setAvailable(true) }
            decide()
            try handleMail()
            try answer()
        } while isParked || !(undecided.isEmpty && mailbox.isEmpty && questions.isEmpty)
        guard due.isEmpty else { throw Violation(description: "never sent: \(due.sorted())") }
        let next = (rows.last ?? 0) + 1
        var feed = feed
        guard feed.committed(next) else { throw Violation(description: "at rest, but not live") }
    }

    // MARK: Store and router

    private mutating func commit() {
        let id = (rows.last ?? 0) + Int64.random(in: 1...3, using: &random)
        rows.append(id)
        undecided.append(id)
        if Int.random(in: 0..<5, using: &random) == 0 { direct.insert(id) } else { due.insert(id) }
    }

    private mutating func decide() {
        guard !undecided.isEmpty else { return }
        let id = undecided.removeFirst()
        if isAvailable, !direct.contains(id) { mailbox.append(.committed(id)) }
    }

    private mutating func setAvailable(_ isAvailable: Bool) {
        self.isAvailable = isAvailable
        mailbox.append(isAvailable ? .turnOn : .turnOff)
    }

    /// A client has a row: another session's, or this one's.
    private mutating func acknowledge() {
        guard let id = rows.randomElement(using: &random) else { return }
        acknowledged.insert(id)
        due.remove(id)
    }

    private mutating func snapshot() {
        guard let index = questions.indices.randomElement(using: &random), questions[index].rows == nil else { return }
        questions[index].rows = found(questions[index].read)
    }

    private func found(_ read: Feed.Read) -> [Int64] {
        Array(rows.lazy.filter { $0 > read.after && !acknowledged.contains($0) }.prefix(3))
    }

    /// Questions may be answered in any order.
    private mutating func answer() throws {
        guard let index = questions.indices.randomElement(using: &random) else { return }
        let question = questions.remove(at: index)
        try pageRead(question.rows ?? found(question.read), question)
    }

    // MARK: Session

    private mutating func perform(_ step: Feed.Step) {
        guard let read = step.read else { return }
        isParked = false
        let handed = read.after < newestSent ? sent.subtracting(acknowledged) : []
        questions.append(Question(read: read, handed: handed))
    }

    private mutating func handleMail() throws {
        guard !mailbox.isEmpty else { return }
        switch mailbox.removeFirst() {
        case .turnOn:
            isOn = true
            perform(feed.turnOn())
        case .turnOff:
            (isOn, isParked) = (false, false)
            feed.turnOff()
        case .committed(let id):
            guard feed.committed(id), id > newestSent else { return }
            if hasRoom { try send(id) } else { park(before: id) }
        case .rewind(let id):
            lastSent = min(lastSent, id)
            due.formUnion(rows.filter { $0 > id && !acknowledged.contains($0) && !sent.contains($0) })
            perform(feed.rewind(to: id))
        }
    }

    private mutating func pageRead(_ rows: [Int64], _ question: Question) throws {
        let (send, next) = feed.pageRead(question.read, last: rows.last)
        if send {
            for id in rows where !question.handed.contains(id) {
                // The peer's buffer may fill with any of them.
                if Int.random(in: 0..<6, using: &random) == 0 { hasRoom = false }
                guard hasRoom else { return park(before: id) }
                try self.send(id)
            }
        }
        perform(next)
    }

    private mutating func park(before id: Int64) {
        feed.park(before: id)
        isParked = true
    }

    private mutating func setRoom(_ hasRoom: Bool) throws {
        self.hasRoom = hasRoom
        if hasRoom { perform(feed.unpark()) }
    }

    private mutating func send(_ id: Int64) throws {
        guard isOn else { throw Violation(description: "\(id) was sent while off") }
        guard !isParked else { throw Violation(description: "\(id) was sent while parked") }
        guard id > lastSent else { throw Violation(description: "\(id) was sent after \(lastSent)") }
        guard sent.insert(id).inserted else { throw Violation(description: "\(id) was sent twice") }
        lastSent = id
        newestSent = max(newestSent, id)
        sentCount += 1
        due.remove(id)
    }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
