/// A carrier's report about a message sent earlier (SMPP 3.4 appendix B and §5.3.2).
package struct DeliveryReceipt: Hashable, Sendable {
    /// Which message, in the carrier's words. Some carriers send none that helps: see `userMessageReference`.
    package var messageID: String?
    package var state: DeliveryState
    package var submitDate: ReceiptDate?
    package var doneDate: ReceiptDate?
    /// The carrier's error code, as it writes it.
    package var error: String?
    package var networkError: NetworkErrorCode?
    /// Our own number for the message. Carriers may echo only its low octet.
    package var userMessageReference: UInt16?
    /// The report is about something that may yet change: esm_class says "intermediate notification".
    package var isIntermediate: Bool
    /// The first characters of the message reported on.
    package var excerpt: String

    package init(
        messageID: String?, state: DeliveryState, submitDate: ReceiptDate? = nil, doneDate: ReceiptDate? = nil,
        error: String? = nil, networkError: NetworkErrorCode? = nil, userMessageReference: UInt16? = nil,
        isIntermediate: Bool = false, excerpt: String = ""
    ) {
        self.messageID = messageID
        self.state = state
        self.submitDate = submitDate
        self.doneDate = doneDate
        self.error = error
        self.networkError = networkError
        self.userMessageReference = userMessageReference
        self.isIntermediate = isIntermediate
        self.excerpt = excerpt
    }

    /// Reads a receipt, nil when the message isn't one. What the text says never makes it one: handsets write
    /// texts too. Parameters win over the text.
    package init?(_ message: DeliverSM) {
        let named = message.optional.receiptedMessageID.flatMap { $0.isEmpty ? nil : $0 }
        guard message.esmClass.isReceipt || named != nil else { return nil }
        let fields = ReceiptText(DeliveryReceipt.asciiOctets(message))
        messageID = named ?? fields.word(.id)
        state = message.optional.messageState ?? fields.word(.state).flatMap(DeliveryState.init(spelling:)) ?? .unknown
        submitDate = fields.word(.submitDate).flatMap { ReceiptDate($0) }
        doneDate = fields.word(.doneDate).flatMap { ReceiptDate($0) }
        error = fields.word(.error)
        networkError = message.optional.networkErrorCode
        userMessageReference = message.optional.userMessageReference
        isIntermediate = message.esmClass.rawValue & 0x3C == 0x20
        excerpt = fields[.text] ?? ""
    }

    /// Receipt texts are ASCII in effect, whatever data_coding says, unless they are UTF-16.
    private static func asciiOctets(_ message: DeliverSM) -> [UInt8] {
        let header = message.esmClass.hasUserDataHeader ? UserDataHeader(parsing: message.payload) : nil
        let octets = Array(message.payload.dropFirst(header?.octetCount ?? 0))
        guard message.dataCoding == .ucs2 else {
            // The underscore of identifiers, when the text is in GSM 03.38.
            return octets.map { $0 == 0x11 ? UInt8(ascii: "_") : $0 }
        }
        let text = Alphabet.ucs2.text(octets) ?? ""
        return text.unicodeScalars.map { UInt8(exactly: $0.value) ?? UInt8(ascii: "?") }
    }
}

extension DeliveryReceipt: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "DeliveryReceipt(\(state.spelling))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
