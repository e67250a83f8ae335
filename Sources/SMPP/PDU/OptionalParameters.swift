/// The optional parameters of a PDU, in the order they came; unknown ones are kept as they are.
package struct OptionalParameters: Hashable, Sendable {
    package var all: [TLV]

    package init(_ all: [TLV] = []) {
        self.all = all
    }

    package var isEmpty: Bool { all.isEmpty }

    /// The first value under a tag. Setting replaces it, or appends; nil removes every one.
    package subscript(_ tag: TLV.Tag) -> [UInt8]? {
        get { all.first { $0.tag == tag }?.value }
        set {
            guard let newValue else {
                all.removeAll { $0.tag == tag }
                return
            }
            if let index = all.firstIndex(where: { $0.tag == tag }) {
                all[index].value = newValue
            } else {
                all.append(TLV(tag, newValue))
            }
        }
    }

    /// Our own number for a message, echoed in its receipt; some carriers keep only its low octet.
    package var userMessageReference: UInt16? {
        get { integer(.userMessageReference) }
        set { setInteger(newValue, .userMessageReference) }
    }

    package var receiptedMessageID: String? {
        get { self[.receiptedMessageID].map { String(octets: $0.prefix { $0 != 0 }) } }
        set { self[.receiptedMessageID] = newValue.flatMap(\.octets).map { $0 + [0] } }
    }

    package var messageState: DeliveryState? {
        get { octet(.messageState).flatMap(DeliveryState.init(rawValue:)) }
        set { self[.messageState] = newValue.map { [$0.rawValue] } }
    }

    package var networkErrorCode: NetworkErrorCode? {
        get { self[.networkErrorCode].flatMap(NetworkErrorCode.init(octets:)) }
        set { self[.networkErrorCode] = newValue?.octets }
    }

    package var messagePayload: [UInt8]? {
        get { self[.messagePayload] }
        set { self[.messagePayload] = newValue }
    }

    /// SMPP 5.0: how busy the SMSC is, 0 idle to 100.
    package var congestionState: UInt8? {
        octet(.congestionState)
    }

    package var interfaceVersion: UInt8? {
        get { octet(.interfaceVersion) }
        set { self[.interfaceVersion] = newValue.map { [$0] } }
    }

    /// Where this part stands in a longer message, by the `sar_` parameters; nil unless all three make sense.
    package var concatenation: Concatenation? {
        get {
            guard let reference = integer(.sarReference), let total = octet(.sarTotal),
                let part = octet(.sarSequence)
            else { return nil }
            return Concatenation(scheme: .sar, reference: reference, total: total, part: part)
        }
        set {
            setInteger(newValue?.reference, .sarReference)
            self[.sarTotal] = newValue.map { [$0.total] }
            self[.sarSequence] = newValue.map { [$0.part] }
        }
    }

    private func octet(_ tag: TLV.Tag) -> UInt8? {
        guard let value = self[tag], value.count == 1 else { return nil }
        return value[0]
    }

    private func integer(_ tag: TLV.Tag) -> UInt16? {
        guard let value = self[tag], value.count == 2 else { return nil }
        return UInt16(value[0]) << 8 | UInt16(value[1])
    }

    private mutating func setInteger(_ value: UInt16?, _ tag: TLV.Tag) {
        self[tag] = value.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }
}

/// Which network failed and how (SMPP 3.4 §5.3.2.31).
package struct NetworkErrorCode: Hashable, Sendable {
    /// 1 ANSI-136, 2 IS-95, 3 GSM.
    package var network: UInt8
    package var code: UInt16

    package init(network: UInt8, code: UInt16) {
        self.network = network
        self.code = code
    }

    init?(octets: [UInt8]) {
        guard octets.count == 3 else { return nil }
        self.init(network: octets[0], code: UInt16(octets[1]) << 8 | UInt16(octets[2]))
    }

    var octets: [UInt8] {
        [network, UInt8(code >> 8), UInt8(code & 0xFF)]
    }
}
