import Consent
import Logging
import Numbers
import SMPP
import Store

/// Who a text is from and to which of our numbers, and whose conversation that is.
struct Conversation: Sendable {
    let number: E164
    let recipient: String
    /// The sender's number, as this route remembers it.
    let hash: BlindValue
    let owner: PersonID?
}

extension RouteRunner {
    /// A text from the carrier, or a part of one.
    ///
    /// - Returns: whether it is stored, or nobody's: then the carrier may forget it.
    func received(_ message: DeliverSM) async -> Bool {
        guard let number = E164(digits: message.source.digits), route.senders.contains(message.destination.digits)
        else {
            // From a name or a short code, or to a number that isn't ours: nobody here has texted it.
            logger.info("a text without a conversation was dropped")
            return true
        }
        let conversation: Conversation
        do throws(StoreError) {
            conversation = try self.conversation(number, message.destination.digits)
        } catch {
            storeFailed(error)
            return false
        }
        let part = MessagePart(message, profile: route.profile)
        guard let place = part.concatenation, place.total > 1 else {
            return await received(part.text, conversation, parts: [])
        }
        return await received(part, of: message, conversation)
    }

    private func conversation(_ number: E164, _ recipient: String) throws(StoreError) -> Conversation {
        let (vault, name) = (texting.store.vault, route.name)
        let hash = vault.routeHash(number.digits.utf8, route: name)
        let owner = try texting.store.keys.binding(
            route: name, recipient: hash, sender: vault.routeHash(recipient.utf8, route: name),
            now: texting.wall.now(), lapse: texting.settings.bindingDays * 86_400_000)
        return standing(Conversation(number: number, recipient: recipient, hash: hash, owner: owner))
    }

    /// The same without an owner whose *sms* doesn't stand: then it is nobody's, and its texts reach nobody.
    private func standing(_ conversation: Conversation) -> Conversation {
        guard let owner = conversation.owner, let refusal = texting.store.vault.smsRefusal(of: owner),
            refusal != .trouble
        else { return conversation }
        return Conversation(
            number: conversation.number, recipient: conversation.recipient, hash: conversation.hash, owner: nil)
    }

    /// At a start: the last connection ended after the last text was stored, nobody knows when. Carriers that have waited for
    /// longer than they try again don't count.
    func recallUnheard() async {
        let name = route.name
        do throws(StoreError) {
            let (last, now) = try await texting.store.writer.perform { (transaction) throws(StoreError) in
                (try transaction.lastIncoming(route: name), transaction.now)
            }
            if let last, last > now - UnheardAnswers.patience { unheard.ended(now: last) }
        } catch {
            storeFailed(error)
        }
    }

    /// Lets go of kept parts of a text that is nobody's any more, or was here before.
    func drop(_ parts: [ArchiveID]) async {
        guard !parts.isEmpty else { return }
        do throws(StoreError) {
            _ = try await texting.store.writer.perform { (transaction) throws(StoreError) in
                try transaction.drop(parts: parts)
            }
        } catch {
            storeFailed(error)
        }
    }

    /// The conversation of a message that was found to be somebody's before.
    func conversation(of message: DeliverSM, owner: PersonID) -> Conversation? {
        guard let number = E164(digits: message.source.digits) else { return nil }
        let hash = texting.store.vault.routeHash(number.digits.utf8, route: route.name)
        return Conversation(number: number, recipient: message.destination.digits, hash: hash, owner: owner)
    }

    // MARK: Whole texts

    /// A text, whole, with the kept parts that it is made of. Says whether it is stored, or nobody's.
    func received(_ text: String?, _ conversation: Conversation, parts: [ArchiveID]) async -> Bool {
        guard let text else {
            logger.info("a message that isn't text was dropped")
            return true
        }
        let conversation = standing(conversation)
        let keyword = Keyword(text)
        var answer: String?
        if let keyword {
            do throws(StoreError) {
                answer = try await honour(keyword, conversation)
            } catch {
                storeFailed(error)
                return false
            }
        }
        if let owner = conversation.owner {
            guard await deliver(text, to: owner, conversation, keyword, parts: parts) else { return false }
        } else {
            await drop(parts)
        }
        if conversation.owner == nil, keyword == nil, texting.settings.unbound == .answerOnce, mayTell(conversation) {
            answer =
                "Nobody at \(texting.settings.domain) is in a conversation with you at this number, so your text "
                + "reached nobody and wasn't kept. Text STOP to get nothing from here again."
        }
        if let answer { say(answer, conversation) }
        return true
    }

    private func deliver(
        _ text: String, to owner: PersonID, _ conversation: Conversation, _ keyword: Keyword?, parts: [ArchiveID]
    ) async -> Bool {
        let (vault, name, now) = (texting.store.vault, route.name, texting.wall.now())
        let fields = [conversation.number.digits, conversation.recipient, text].joined(separator: "\n")
        let words = vault.routeHash(fields.utf8, route: name + " text")
        let incoming = IncomingText(
            owner: owner, number: conversation.number, recipient: conversation.recipient, route: name, text: text,
            keyword: keyword, parts: parts, words: words, doubt: unheard.stored(now: now))
        do {
            try await events.received(incoming)
        } catch {
            logger.warning("an incoming text couldn't be stored; the carrier keeps it")
            return false
        }
        // The conversation is in use: its number stays bound. Without consent there is nothing to keep.
        _ = try? await texting.store.writer.bind(
            route: name, recipient: conversation.hash, owner: owner,
            senders: [vault.routeHash(conversation.recipient.utf8, route: name)])
        return true
    }

    /// Honours a keyword for ever, and says what to answer, if anything: each change is confirmed once.
    private func honour(_ keyword: Keyword, _ conversation: Conversation) async throws(StoreError) -> String? {
        let (name, domain) = (route.name, texting.settings.domain)
        let isStopped = try texting.store.keys.isStopped(route: name, number: conversation.hash)
        switch keyword {
        case .stop:
            guard !isStopped else { return nil }
            try await texting.store.writer.setStopped(true, route: name, number: conversation.hash)
            await giveUp(to: conversation.hash)
            return "You get no more texts from \(domain). Text START to allow them again."
        case .start:
            guard isStopped else { return nil }
            try await texting.store.writer.setStopped(false, route: name, number: conversation.hash)
            return "Texts from \(domain) can reach you again. Text STOP to end them."
        case .help:
            guard !isStopped, helped.mayTell(conversation.hash) else { return nil }
            return "People at \(domain) text you by this number. Answers reach the one who texted you last by it. "
                + "Text STOP to get no more."
        }
    }

    /// A number that said STOP isn't told anything, and nobody is told twice.
    private func mayTell(_ conversation: Conversation) -> Bool {
        guard let isStopped = try? texting.store.keys.isStopped(route: route.name, number: conversation.hash) else {
            return false
        }
        return !isStopped && told.mayTell(conversation.hash)
    }

    private func say(_ text: String, _ conversation: Conversation) {
        pay(for: Notice(kind: .answer(conversation.number, text), sender: conversation.recipient))
    }
}

extension SMEAddress {
    /// The digits of a number however it is written; empty for a sender's name.
    var digits: String {
        guard typeOfNumber != .alphanumeric else { return "" }
        let digits = value.hasPrefix("+") ? value.dropFirst() : value.hasPrefix("00") ? value.dropFirst(2) : value[...]
        return digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? String(digits) : ""
    }
}
