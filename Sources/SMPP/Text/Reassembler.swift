/// Puts the parts of long messages together again. Bounded in messages and octets: the oldest gives way.
///
/// A part that comes twice before its message is whole counts once. One that comes again afterwards can't be told from the
/// first of another message that begins alike, under a reference that is used again; it waits for the others like any part,
/// and if they don't come, what came is called repeated.
package struct Reassembler: Sendable {
    package struct Limits: Hashable, Sendable {
        /// Unfinished messages kept.
        package var messages = 1_000
        /// Octets of all their parts.
        package var octets = 1 << 20
        /// How long after its first part a message is given up, in milliseconds.
        package var timeout: Milliseconds = 24 * 3_600_000

        package init(messages: Int = 1_000, octets: Int = 1 << 20, timeout: Milliseconds = 24 * 3_600_000) {
            self.messages = messages
            self.octets = octets
            self.timeout = timeout
        }
    }

    /// What one part led to.
    package struct Result: Sendable {
        /// The part finished this message, or was one by itself.
        package var whole: Message?
        /// The part had come before; nothing changed.
        package var isDuplicate = false
        /// Unfinished messages that gave way to this one.
        package var dropped: [Message] = []
    }

    /// The parts that came of one message.
    package struct Message: Sendable {
        /// In order, as far as they came. Nil when they aren't text.
        package let text: String?
        /// The caller's tags, in the order of the parts.
        package let tags: [Int64]
        /// How many parts the sender announced.
        package let total: Int
        /// Unfinished, and all that came of it also belongs to a message that was whole before.
        package var isRepeated = false
    }

    private struct Key: Hashable {
        var source: SMEAddress
        var destination: SMEAddress
        var scheme: Concatenation.Scheme
        var reference: UInt16
        var total: UInt8
    }

    private struct Partial {
        var firstSeen: Milliseconds
        /// Counts up: tells which of two is older within one millisecond.
        var serial: UInt64
        var octets = 0
        var parts: [UInt8: (part: MessagePart, tag: Int64)] = [:]

        func message(total: UInt8) -> Message {
            let ordered = parts.sorted { $0.key < $1.key }.map(\.value)
            return Message(
                text: MessagePart.text(of: ordered.map(\.part)), tags: ordered.map(\.tag), total: Int(total))
        }

        /// What is small to remember of each part.
        var hashes: [UInt8: Int] { parts.mapValues(\.part.hashValue) }
    }

    /// How many whole messages are remembered whose parts may come again.
    package static let finishedLimit = 256

    private let limits: Limits
    private var partials: [Key: Partial] = [:]
    private var octets = 0
    private var serial: UInt64 = 0
    /// The last messages that were whole, oldest first.
    private var finished: [(key: Key, hashes: [UInt8: Int])] = []

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Unfinished messages held.
    package var count: Int { partials.count }

    /// Takes one received part.
    ///
    /// `tag`: the caller's name for the part, given back with the message: the row that holds it, say.
    /// `now`: the caller's clock, in milliseconds.
    package mutating func add(
        _ part: MessagePart, from source: SMEAddress, to destination: SMEAddress, tag: Int64, now: Milliseconds
    ) -> Result {
        guard let place = part.concatenation, place.total > 1 else {
            return Result(whole: Message(text: part.text, tags: [tag], total: 1))
        }
        let key = Key(
            source: source, destination: destination, scheme: place.scheme, reference: place.reference,
            total: place.total)
        var result = Result()
        var partial = take(key) ?? newPartial(now: now)
        if let earlier = partial.parts[place.part] {
            if earlier.part == part {
                result.isDuplicate = true
                put(partial, key)
                return result
            }
            // Another text under a reference used again before the first one was complete.
            result.dropped.append(given(partial, key))
            partial = newPartial(now: now)
        }
        partial.parts[place.part] = (part, tag)
        partial.octets += part.octets.count
        if partial.parts.count == Int(place.total) {
            result.whole = partial.message(total: place.total)
            if finished.count >= Self.finishedLimit { finished.removeFirst() }
            finished.append((key, partial.hashes))
            return result
        }
        put(partial, key)
        while partials.count > limits.messages || octets > limits.octets, let oldest = oldestKey {
            if let partial = take(oldest) { result.dropped.append(given(partial, oldest)) }
        }
        return result
    }

    /// Gives up the messages whose time is over.
    package mutating func expire(now: Milliseconds) -> [Message] {
        var expired: [Message] = []
        while let oldest = oldestKey, let since = partials[oldest]?.firstSeen, now - since >= limits.timeout {
            if let partial = take(oldest) { expired.append(given(partial, oldest)) }
        }
        return expired
    }

    /// An unfinished message that is waited for no longer.
    private func given(_ partial: Partial, _ key: Key) -> Message {
        var message = partial.message(total: key.total)
        let hashes = partial.hashes
        message.isRepeated = finished.contains { earlier in
            earlier.key == key && hashes.allSatisfy { earlier.hashes[$0.key] == $0.value }
        }
        return message
    }

    /// When `expire` will next have work.
    package var nextDeadline: Milliseconds? {
        partials.values.map(\.firstSeen).min().map { $0 + limits.timeout }
    }

    private var oldestKey: Key? {
        partials.min { ($0.value.firstSeen, $0.value.serial) < ($1.value.firstSeen, $1.value.serial) }?.key
    }

    private mutating func newPartial(now: Milliseconds) -> Partial {
        serial += 1
        return Partial(firstSeen: now, serial: serial)
    }

    private mutating func take(_ key: Key) -> Partial? {
        guard let partial = partials.removeValue(forKey: key) else { return nil }
        octets -= partial.octets
        return partial
    }

    private mutating func put(_ partial: Partial, _ key: Key) {
        octets += partial.octets
        partials[key] = partial
    }
}

extension Reassembler.Message: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "Message(\(tags.count) of \(total) parts)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
