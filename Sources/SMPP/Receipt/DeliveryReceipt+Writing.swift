extension DeliveryReceipt {
    /// The receipt as carriers write it (SMPP 3.4 appendix B).
    package var text: String {
        let delivered = state == .delivered ? "001" : "000"
        let done = doneDate?.spelling ?? Self.noDate
        let submit = submitDate?.spelling ?? Self.noDate
        return "id:\(messageID ?? "") sub:001 dlvrd:\(delivered) submit date:\(submit) done date:\(done) "
            + "stat:\(state.spelling) err:\(error ?? "000") text:\(excerpt.prefix(20))"
    }

    /// The deliver_sm that brings the receipt to the ESME.
    ///
    /// `recipient`: the handset the message went to; a receipt seems to come from there.
    /// `sender`: the address the message came from.
    package func message(recipient: SMEAddress, sender: SMEAddress) -> DeliverSM {
        var optional = OptionalParameters()
        optional.receiptedMessageID = messageID
        optional.messageState = state
        optional.networkErrorCode = networkError
        optional.userMessageReference = userMessageReference
        let ascii = text.unicodeScalars.map { $0.isASCII ? UInt8($0.value) : UInt8(ascii: "?") }
        return DeliverSM(
            source: recipient, destination: sender, content: Array(ascii.prefix(ShortMessage.maximumContent)),
            esmClass: ESMClass(rawValue: isIntermediate ? 0x20 : 0x04), optional: optional)
    }

    private static let noDate = "0000000000"
}
