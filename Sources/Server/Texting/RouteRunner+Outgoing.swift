import Consent
import Logging
import SMPP
import Store

/// A text that the line holds or the carrier hasn't answered in all its parts.
struct TextInLine: Sendable {
    let owner: PersonID
    let recipient: BlindValue
    /// Of its segments, one each.
    let references: [UInt8]
    /// What its owner is told if their yes goes stale before it is out.
    let ifStale: OutgoingChange
    /// Its recipient said STOP when some of it was on its way.
    var isStopped = false
    /// Parts without an answer or an end.
    var open: Int

    var parts: Int { references.count }
}

/// A text that can go out by this route, cut into segments.
private struct Draft: Sendable {
    let text: OutgoingText
    let number: OpenedNumber
    let submission: Submission
    let recipient: BlindValue
}

/// A text that may go out, on its way through the checks.
private struct Candidate: Sendable {
    let draft: Draft
    let sender: String

    var text: OutgoingText { draft.text }
    var submission: Submission { draft.submission }
    var recipient: BlindValue { draft.recipient }

    func change(_ refusal: TextRefusal) -> OutgoingChange {
        OutgoingChange(
            owner: text.owner, message: text.message, number: draft.number, state: .failed, reason: refusal)
    }
}

/// What the store said about a candidate.
private enum Verdict: Sendable {
    /// May go out, with a reference for each segment.
    case go([UInt8])
    case refused(TextRefusal)
}

extension RouteRunner {
    /// Checks texts that were taken, in their order, and puts those into the line that may go out.
    ///
    /// However many they are, they cost one transaction on the keys file and one on content. `before` is how many segments
    /// waited when they were taken; `isFull` says that there may be more.
    func prepare(_ taken: [OutgoingText], whenLineHeld before: Int, isFull: Bool) async {
        var drafts: [Draft] = []
        for text in taken {
            guard let number = text.content.number else { continue }
            do throws(TextRefusal) {
                drafts.append(try draft(text, number))
            } catch {
                await refuse(text, number, error)
            }
        }
        var candidates: [Candidate] = []
        for (draft, result) in zip(drafts, await bind(drafts)) {
            switch result {
            case .success(let sender): candidates.append(Candidate(draft: draft, sender: sender))
            // Without consent there is nobody to tell, and the rows are gone or going.
            case .failure(.noConsent): break
            case .failure(let refusal): await refuse(draft.text, draft.number, refusal)
            }
        }
        guard !candidates.isEmpty else { return }
        let verdicts: [Verdict]
        do throws(StoreError) {
            verdicts = try await account(candidates)
        } catch {
            storeFailed(error)
            for candidate in candidates { await refuse(candidate.draft.text, candidate.draft.number, .trouble) }
            return
        }
        if isFull { adapt(before: before) }
        for (candidate, verdict) in zip(candidates, verdicts) {
            switch verdict {
            case .go(let references): enter(candidate, references)
            case .refused(let refusal): await events.changed(candidate.change(refusal))
            }
        }
    }

    /// What can be known about a text without asking the store: prefix and length.
    private func draft(_ text: OutgoingText, _ number: OpenedNumber) throws(TextRefusal) -> Draft {
        switch texting.table.way(to: number) {
        case .route(let way) where way.name == route.name: break
        case .route, .none: throw .noRoute
        case .ownNumber: throw .ownNumber
        }
        let cut: Submission?
        do throws(Segmenter.TooLong) {
            cut = try Submission(text.content, Segmenter(route.profile), reference: references.text())
        } catch {
            throw .tooLong(parts: error.parts)
        }
        guard let submission = cut else { throw .trouble }
        return Draft(
            text: text, number: number, submission: submission,
            recipient: texting.store.vault.routeHash(number, route: route.name))
    }

    /// The sending number of each, or why there is none: STOP, no consent, none free.
    private func bind(_ drafts: [Draft]) async -> [Result<String, TextRefusal>] {
        guard !drafts.isEmpty else { return [] }
        let hashes = route.senders.map { texting.store.vault.routeHash($0.utf8, route: route.name) }
        let bindings: [Binding]
        do throws(StoreError) {
            bindings = try await texting.store.writer.bind(
                route: route.name, drafts.map { (recipient: $0.recipient, owner: $0.text.owner) }, senders: hashes)
        } catch {
            storeFailed(error)
            return drafts.map { _ in .failure(.trouble) }
        }
        return bindings.map { binding in
            switch binding {
            case .bound(let sender):
                hashes.firstIndex(of: sender).map { .success(route.senders[$0]) } ?? .failure(.noSenderFree)
            case .noneFree: .failure(.noSenderFree)
            case .stopped: .failure(.stopped)
            case .denied(let denied): .failure(TextRefusal(denied))
            }
        }
    }

    /// Takes quota and money for each, or refuses it; opens its segments in the store.
    private func account(_ candidates: [Candidate]) async throws(StoreError) -> [Verdict] {
        let (name, price, settings, vault) = (route.name, route.price, texting.settings, texting.store.vault)
        let (lastReference, awaited) = (references.lastSegment, unanswered(to: Set(candidates.map(\.recipient))))
        let (verdicts, last) = try await texting.store.writer.perform { (transaction) throws(StoreError) in
            var (verdicts, last, unanswered) = ([Verdict](), lastReference, awaited)
            for candidate in candidates {
                let (id, owner) = (candidate.text.id, candidate.text.owner)
                let billed = candidate.submission.billedParts
                guard try transaction.outgoing(id) != nil else {
                    try transaction.failSending(id)
                    verdicts.append(.refused(vault.smsRefusal(of: owner) ?? .noConsent))
                    continue
                }
                guard try transaction.take(.segments, billed, of: settings.segmentsPerDay, owner: owner) else {
                    try transaction.setState(.failed, of: id)
                    verdicts.append(.refused(.quota))
                    continue
                }
                guard try transaction.spend(price * Int64(billed), cap: settings.cap, route: Spending.key) else {
                    _ = try transaction.take(.segments, -billed, of: settings.segmentsPerDay, owner: owner)
                    try transaction.setState(.failed, of: id)
                    verdicts.append(.refused(.spendCap))
                    continue
                }
                let references = try transaction.open(candidate, route: name, after: &last, unanswered: &unanswered)
                verdicts.append(.go(references))
            }
            return (verdicts, last)
        }
        references.lastSegment = last
        return verdicts
    }

    private func unanswered(to recipients: Set<BlindValue>) -> References.Unanswered {
        texts.values.reduce(into: [:]) { unanswered, text in
            if recipients.contains(text.recipient) {
                unanswered[text.recipient, default: []].formUnion(text.references)
            }
        }
    }

    private func refuse(_ text: OutgoingText, _ number: OpenedNumber, _ refusal: TextRefusal) async {
        do throws(StoreError) {
            try await texting.store.writer.perform { (transaction) throws(StoreError) in
                try transaction.setState(.failed, of: text.id)
            }
        } catch {
            storeFailed(error)
            return
        }
        await events.changed(
            OutgoingChange(
                owner: text.owner, message: text.message, number: number, state: .failed,
                reason: refusal))
    }

    private func enter(_ candidate: Candidate, _ references: [UInt8]) {
        let source = route.address(of: candidate.sender)
        let messages = zip(candidate.submission.messages(from: source), references).map { message, reference in
            var message = message
            message.optional.userMessageReference = UInt16(reference)
            return message
        }
        let (id, owner) = (candidate.text.id, candidate.text.owner)
        texts[id] = TextInLine(
            owner: owner, recipient: candidate.recipient, references: references,
            ifStale: candidate.change(.staleTerms), open: messages.count)
        line.with { $0.add(messages, of: id, owner: owner, standingInFor: candidate.text.recipient) }
    }

    // MARK: Answers

    func submitted(_ token: SubmitToken, _ messageID: String) {
        let answered = line.with { line in
            line.taken()
            return line.answered(token)
        }
        guard let item = answered, case .text(let id, let part, _, _) = item.source else { return }
        write(.submitted, of: id, part: part, messageID: receiptKey(messageID, item.message), reason: nil)
        if !item.isOverdue { close(id) }
    }

    func refused(_ token: SubmitToken, _ status: CommandStatus, _ disposition: Disposition) {
        guard let item = line.with({ $0.answered(token) }) else { return }
        if disposition == .retryWithBackoff || disposition == .rebindSlowly, mayTryAgain(item) {
            let throttle = route.throttle
            let isTriedAgain = line.with { line in
                line.retry(item, now: ESMEHandler.now) { throttle.delay(attempt: $0, jitter: Double.random(in: 0..<1)) }
            }
            if isTriedAgain {
                link?.poke()
                return
            }
        }
        guard case .text(let id, let part, _, _) = item.source else {
            logger.warning("a code or notice was refused", metadata: ["status": "\(status)"])
            return
        }
        logger.info("a text was refused", metadata: ["status": "\(status)"])
        line.with { $0.closed(id) }
        let isStopped = texts.removeValue(forKey: id)?.isStopped ?? false
        write(.failed, of: id, part: part, messageID: nil, reason: isStopped ? .stopped : .carrier(status))
    }

    /// Nothing goes out again of a text that was told to be unknown, has come to its end, or whose recipient said STOP.
    private func mayTryAgain(_ item: SegmentLine.Item) -> Bool {
        guard let id = item.text else { return true }
        return !item.isOverdue && texts[id]?.isStopped == false
    }

    func outcomeUnknown(_ token: SubmitToken) {
        guard let item = line.with({ $0.outcomeUnknown(token) }), case .text(let id, let part, _, _) = item.source
        else {
            return
        }
        write(.unknown, of: id, part: part, messageID: nil, reason: .unanswered)
        close(id)
    }

    /// A text may not go out any more. If its owner's yes is gone, so are the rows, or they will be; if that is stale, or the
    /// recipient said STOP, the text has failed and the owner is told. If it is the yes of the one for whom it stands in,
    /// nobody is: the message is held for them, and why no SMS follows isn't the sender's concern.
    func dropped(_ id: ArchiveID) {
        line.with { $0.closed(id) }
        guard let text = texts.removeValue(forKey: id) else { return }
        let change: OutgoingChange?
        switch texting.store.vault.smsRefusal(of: text.owner) {
        case .staleTerms: change = text.ifStale
        case nil, .trouble: change = text.isStopped ? text.ifStale.because(.stopped) : nil
        default: return
        }
        let (inbox, logger) = (inbox, logger)
        pendingWrites += 1
        texting.store.writer.perform(
            { (transaction) throws(StoreError) in try transaction.failSending(id) },
            then: { result in
                if case .failure(let error) = result {
                    logger.error("the store refused", metadata: ["reason": "\(error)"])
                    inbox.yield(.stored(nil))
                } else {
                    inbox.yield(.stored(change))
                }
            })
    }

    /// One part of a text has its answer.
    private func close(_ id: ArchiveID) {
        guard var text = texts[id] else { return }
        text.open -= 1
        texts[id] = text.open > 0 ? text : nil
        if text.open == 0, text.isStopped { line.with { $0.closed(id) } }
    }

    /// Writes down what became of a segment. The inbox hears when it is on disk.
    private func write(
        _ state: OutgoingState, of id: ArchiveID, part: Int, messageID: String?, reason: TextRefusal?
    ) {
        let (name, inbox, logger) = (route.name, inbox, logger)
        pendingWrites += 1
        texting.store.writer.perform(
            { (transaction) throws(StoreError) -> OutgoingChange? in
                guard let (text, before) = try transaction.outgoing(id),
                    let number = text.content.number
                else {
                    // Sent under a yes that has gone stale since: what became of it is known, but may not be read.
                    if try transaction.hasOutgoing(id) {
                        _ = try transaction.setSegment(part, of: id, route: name, state: state, messageID: messageID)
                    }
                    return nil
                }
                let whole = try transaction.setSegment(part, of: id, route: name, state: state, messageID: messageID)
                guard whole != before, whole != .sending else { return nil }
                return OutgoingChange(
                    owner: text.owner, message: text.message, number: number, state: whole,
                    reason: whole == .failed || whole == .unknown ? reason : nil)
            },
            then: { result in
                switch result {
                case .success(let change): inbox.yield(.stored(change))
                case .failure(let error):
                    logger.error("the store refused", metadata: ["reason": "\(error)"])
                    inbox.yield(.stored(nil))
                }
            })
    }

    /// Under what the receipt of a segment will be found: the carrier's id, or our reference if it has none of use.
    private func receiptKey(_ messageID: String, _ message: SubmitSM) -> String? {
        defer { lastMessageID = messageID }
        let isUseless = messageID.isEmpty || messageID == "msg_id_not_implemented" || messageID == lastMessageID
        guard isUseless else { return "id " + route.messageIDs.key(response: messageID) }
        guard let reference = message.optional.userMessageReference else { return nil }
        let recipient = texting.store.vault.routeHash(message.destination.value.utf8, route: route.name)
        return References.key(recipient: recipient, reference: UInt8(truncatingIfNeeded: reference))
    }

    // MARK: Codes and answers

    /// Takes a notice's price from the cap; comes back as `paid`. Only numbers that may be texted get one.
    func pay(for notice: Notice) {
        guard case .route(let way) = way(of: notice), way.name == route.name else { return }
        guard let submission = submission(of: notice) else { return }
        let (amount, cap) = (route.price * Int64(submission.count), texting.settings.cap)
        let (inbox, logger) = (inbox, logger)
        pendingWrites += 1
        texting.store.writer.perform(
            { (transaction) throws(StoreError) in try transaction.spend(amount, cap: cap, route: Spending.key) },
            then: { result in
                if case .success(true) = result {
                    inbox.yield(.paid(notice))
                } else {
                    logger.warning("the day's spending limit is reached; a code or notice isn't sent")
                }
                inbox.yield(.stored(nil))
            })
    }

    func send(_ notice: Notice) {
        guard let link, let submission = submission(of: notice) else { return }
        guard let sender = notice.sender ?? route.senders.first else { return }
        let messages = submission.messages(from: route.address(of: sender), registeredDelivery: .none)
        line.with { $0.add(notice: messages) }
        link.poke()
    }

    private func way(of notice: Notice) -> RouteTable.Way {
        switch notice.kind {
        case .code(let content): content.number.map { texting.table.way(to: $0) } ?? .none
        case .answer(let number, _): texting.table.way(to: number)
        }
    }

    private func submission(of notice: Notice) -> Submission? {
        let (segmenter, reference) = (Segmenter(route.profile), references.text())
        return switch notice.kind {
        case .code(let content): (try? Submission(content, segmenter, reference: reference)) ?? nil
        case .answer(let number, let text):
            try? Submission(text, to: number, segmenter, reference: reference)
        }
    }
}

extension Route {
    /// One of our numbers as a source address: short ones are no E.164 numbers.
    func address(of sender: String) -> SMEAddress {
        sender.utf8.count >= 7
            ? .international(sender) : SMEAddress(sender, typeOfNumber: .networkSpecific, numberingPlan: .unknown)
    }
}

extension Transaction {
    /// Opens a text's segments as being sent and picks a reference for each, beginning after `last`.
    fileprivate func open(
        _ candidate: Candidate, route: String, after last: inout UInt8, unanswered: inout References.Unanswered
    ) throws(StoreError) -> [UInt8] {
        var references: [UInt8] = []
        for part in 1...max(candidate.submission.count, 1) {
            _ = try setSegment(part, of: candidate.text.id, route: route, state: .sending, messageID: nil)
            last = try reference(
                after: last, to: candidate.recipient, route: route,
                unanswered: unanswered[candidate.recipient] ?? [])
            unanswered[candidate.recipient, default: []].insert(last)
            references.append(last)
        }
        return references
    }
}
