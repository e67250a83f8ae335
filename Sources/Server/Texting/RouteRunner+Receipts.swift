import Consent
import Logging
import SMPP
import Store

extension RouteRunner {
    /// A message of the carrier: a receipt, or a text.
    func delivered(_ message: DeliverSM, _ ticket: DeliveryTicket, _ link: SMSLink) async {
        if let receipt = DeliveryReceipt(message) {
            received(receipt, about: message.source) { isWritten in
                link.answer(ticket, isWritten ? .ok : .temporaryReceiverError)
            }
        } else {
            link.answer(ticket, await received(message) ? .ok : .temporaryReceiverError)
        }
    }

    /// Writes a receipt down, and says whether it is. Nothing waits for that: a carrier has a receipt for each segment, and all
    /// that come at a time share one commit. The session bounds how many are unanswered.
    private func received(
        _ receipt: DeliveryReceipt, about recipient: SMEAddress, then: @escaping @Sendable (Bool) -> Void
    ) {
        // What isn't final says nothing that the acceptance didn't.
        guard receipt.state.isFinal, !receipt.isIntermediate else { return then(true) }
        let keys = keys(of: receipt, about: recipient)
        let name = route.name
        let state: OutgoingState = receipt.state == .delivered ? .delivered : .failed
        let reason = TextRefusal.undelivered(receipt.state, error: receipt.plainError)
        let (inbox, events, logger) = (inbox, events, logger)
        pendingWrites += 1
        texting.store.writer.perform(
            { (transaction) throws(StoreError) -> OutgoingChange? in
                // The first key under which a segment is known; if none is, the receipt is early and kept under all.
                var known: [String] = []
                for key in keys where try transaction.outgoing(messageID: key, route: name) != nil {
                    known = [key]; break
                }
                for key in known.isEmpty ? keys : known {
                    guard
                        let (id, whole, isNews) = try transaction.receive(receipt: state, route: name, messageID: key),
                        isNews, let (text, _) = try transaction.outgoing(id),
                        let number = text.content.number
                    else { continue }
                    return OutgoingChange(
                        owner: text.owner, message: text.message, number: number, state: whole,
                        reason: whole == .failed ? reason : nil)
                }
                return nil
            },
            then: { result in
                Task {
                    switch result {
                    case .success(let change):
                        // Before the answer to the carrier: after a crash in between it tells us again.
                        if let change { await events.changed(change) }
                        then(true)
                    case .failure(let error):
                        logger.error("the store refused", metadata: ["reason": "\(error)"])
                        then(false)
                    }
                    inbox.yield(.stored(nil))
                }
            })
    }

    private func keys(of receipt: DeliveryReceipt, about recipient: SMEAddress) -> [String] {
        var keys: [String] = []
        if let id = receipt.messageID, !id.isEmpty { keys.append("id " + route.messageIDs.key(receipt: id)) }
        if let reference = receipt.userMessageReference {
            let digits = recipient.value.drop { $0 == "+" }
            let hash = texting.store.vault.routeHash(digits.utf8, route: route.name)
            keys.append(References.key(recipient: hash, reference: UInt8(truncatingIfNeeded: reference)))
        }
        return keys
    }
}

extension DeliveryReceipt {
    /// The carrier's error code if it is one to show: short, letters and digits, not zero.
    fileprivate var plainError: String? {
        guard let error, (1...8).contains(error.utf8.count), error.utf8.contains(where: { $0 != 0x30 }),
            error.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) })
        else { return nil }
        return error
    }
}
