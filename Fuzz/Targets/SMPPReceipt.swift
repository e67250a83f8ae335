import SMPP

/// Receipts of any shape are read; what is read can be written and means the same again.
func fuzzSMPPReceipt(_ bytes: [UInt8]) {
    guard let flags = bytes.first else { return }
    let message = DeliverSM(
        source: .none, destination: .none, content: Array(bytes.dropFirst().prefix(254)),
        dataCoding: flags & 1 == 0 ? .smscDefault : .ucs2, esmClass: flags & 2 == 0 ? .deliveryReceipt : .plain,
        optional: OptionalParameters(flags & 4 == 0 ? [] : [TLV(.receiptedMessageID, Array(bytes.dropFirst(20)))]))
    for form in MessageIDForm.allCases {
        let id = String(decoding: bytes, as: UTF8.self)
        let key = form.key(receipt: id)
        precondition(form != .same || key == id)
    }
    guard let receipt = DeliveryReceipt(message) else { return }
    let written = receipt.message(recipient: .none, sender: .none)
    guard let again = DeliveryReceipt(written) else { preconditionFailure("ours is no receipt") }
    precondition(again.state == receipt.state && again.messageID == receipt.messageID, "another receipt came back")
    precondition(again.isIntermediate == receipt.isIntermediate)
}
