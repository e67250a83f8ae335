import Consent
import SMPP
import Store

extension RouteRunner {
    /// A message of the carrier: a receipt, or a text.
    func delivered(_ message: DeliverSM, _ ticket: DeliveryTicket, _ link: SMSLink) async {
        let isTaken =
            if let receipt = DeliveryReceipt(message) {
                await received(receipt, about: message.source)
            } else {
                await received(message)
            }
        link.answer(ticket, isTaken ? .ok : .temporaryReceiverError)
    }

    /// - Returns: whether the receipt was written down.
    private func received(_ receipt: DeliveryReceipt, about recipient: SMEAddress) async -> Bool {
        // What isn't final says nothing that the acceptance didn't.
        guard receipt.state.isFinal, !receipt.isIntermediate else { return true }
        let keys = keys(of: receipt, about: recipient)
        let name = route.name
        let state: OutgoingState = receipt.state == .delivered ? .delivered : .failed
        let reason = TextRefusal.undelivered(receipt.state, error: receipt.plainError)
        let change: OutgoingChange?
        do throws(StoreError) {
            change = try await texting.store.writer.perform { (transaction) throws(StoreError) -> OutgoingChange? in
                // The first key under which a segment is known; if none is, the receipt is early and kept under all.
                var known: [String] = []
                for key in keys where try transaction.outgoing(messageID: key, route: name) != nil {
                    known = [key]; break
                }
                for key in known.isEmpty ? keys : known {
                    guard let (id, _, _, whole) = try transaction.receive(receipt: state, route: name, messageID: key),
                        whole.isFinal, let (text, _) = try transaction.outgoing(id),
                        let number = text.content.number
                    else { continue }
                    return OutgoingChange(
                        owner: text.owner, message: text.message, number: number, state: whole,
                        reason: whole == .failed ? reason : nil)
                }
                return nil
            }
        } catch {
            storeFailed(error)
            return false
        }
        // Before the answer to the carrier: after a crash in between it tells us again.
        if let change { await events.changed(change) }
        return true
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
