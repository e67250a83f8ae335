import Consent
import SMPP
import Store

/// Texts that come in parts. A part is kept on disk before it is acknowledged, so a text that is here in all its parts
/// is never lost, and one that isn't is given to its person as far as it came when the others are a day late.
extension RouteRunner {
    /// One part of a longer text.
    ///
    /// - Returns: whether it is kept, or nobody's.
    func received(_ part: MessagePart, of message: DeliverSM, _ conversation: Conversation) async -> Bool {
        var tag: Int64 = 0
        if let owner = conversation.owner {
            do throws(StoreError) {
                // Nil for a part whose answer wasn't heard on the connection before.
                guard let kept = try await keep(message, for: owner, conversation.hash) else { return true }
                tag = kept.rawValue
            } catch {
                if case .denied = error { return true }
                storeFailed(error)
                return false
            }
        }
        await add(part, of: message, tag: tag, conversation)
        return true
    }

    private static let joining: Set<TLV.Tag> = [.sarReference, .sarTotal, .sarSequence, .messagePayload]

    private func keep(
        _ message: DeliverSM, for owner: PersonID, _ number: BlindValue
    ) async throws(StoreError) -> ArchiveID? {
        // Only what joins the parts: carriers add parameters of their own, such as the sender's IMSI.
        var bare = message
        bare.optional.all.removeAll { !Self.joining.contains($0.tag) }
        guard let packed = try? PDU(.deliverSM(bare), sequence: 1).encoded() else { return nil }
        let name = route.name
        var fields = number.bytes + Array(message.destination.digits.utf8) + [message.esmClass.rawValue]
        if let sar = message.optional.concatenation {
            fields += [UInt8(sar.reference >> 8), UInt8(sar.reference & 0xFF), sar.part]
        }
        let words = texting.store.vault.routeHash(fields + message.payload, route: name + " part")
        let doubt = unheard.stored(now: texting.wall.now())
        return try await texting.store.writer.perform { (transaction) throws(StoreError) -> ArchiveID? in
            guard try transaction.isFirst(incoming: words, route: name, unlessStoredIn: doubt) else { return nil }
            return try transaction.keep(part: packed, route: name, owner: owner)
        }
    }

    /// Takes up the parts that were kept before the program ended.
    func restoreParts() async {
        let name = route.name
        let parts: [IncomingPart]
        do throws(StoreError) {
            parts = try await texting.store.writer.perform { (transaction) throws(StoreError) -> [IncomingPart] in
                try transaction.parts(route: name)
            }
        } catch {
            storeFailed(error)
            return
        }
        for part in parts {
            guard let message = DeliverSM(part: part.content),
                let conversation = conversation(of: message, owner: part.owner)
            else { continue }
            await add(
                MessagePart(message, profile: route.profile), of: message, tag: part.id.rawValue, conversation)
        }
    }

    /// Puts a part to the others; passes on the text that is whole by it.
    private func add(_ part: MessagePart, of message: DeliverSM, tag: Int64, _ conversation: Conversation) async {
        let now = tag > 0 ? ArchiveID(rawValue: tag).milliseconds : texting.wall.now()
        if tag > 0 { origins[tag] = conversation }
        let result = reassembler.add(part, from: message.source, to: message.destination, tag: tag, now: now)
        if result.isDuplicate, tag > 0 {
            origins[tag] = nil
            await drop([ArchiveID(rawValue: tag)])
        }
        for given in result.dropped { await passOn(given, nil) }
        if let whole = result.whole { await passOn(whole, conversation) }
    }

    /// Gives a text to the person whose parts it is made of, incomplete ones with a mark of that. What can't be
    /// stored now is tried again: its parts are on disk. Without kept parts it goes by the conversation of the part that
    /// completed it.
    private func passOn(_ message: Reassembler.Message, _ conversation: Conversation?) async {
        let kept = message.tags.filter { $0 > 0 }
        guard let conversation = kept.first.flatMap({ origins[$0] }) ?? conversation else { return }
        let text = message.text.map { message.tags.count == message.total ? $0 : $0 + " […]" }
        let parts = kept.map { ArchiveID(rawValue: $0) }
        if message.isRepeated {
            for tag in kept { origins[tag] = nil }
            await drop(parts)
            return
        }
        if await received(text, conversation, parts: parts) {
            for tag in kept { origins[tag] = nil }
        } else if unhanded.count < 1_000 {
            unhanded.append((message, conversation))
        }
    }

    /// Tries again what couldn't be stored, and gives up waiting for parts that are a day late.
    func tendParts() async {
        let again = unhanded
        unhanded = []
        for (message, conversation) in again { await passOn(message, conversation) }
        for late in reassembler.expire(now: texting.wall.now()) { await passOn(late, nil) }
    }

    /// When ``tendParts()`` has something to do, in milliseconds since 1970.
    var partsDue: Int64? {
        unhanded.isEmpty ? reassembler.nextDeadline : texting.wall.now() + 10_000
    }
}
