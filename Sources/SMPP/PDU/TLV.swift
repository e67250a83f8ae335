/// One optional parameter: tag, length, value (SMPP 3.4 §3.2.4).
package struct TLV: Hashable, Sendable {
    package var tag: Tag
    package var value: [UInt8]

    package init(_ tag: Tag, _ value: [UInt8]) {
        self.tag = tag
        self.value = value
    }

    /// Open: vendors own 0x1400–0x3FFF.
    package struct Tag: RawRepresentable, Hashable, Sendable {
        package var rawValue: UInt16

        package init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        package static let receiptedMessageID = Tag(rawValue: 0x001E)
        package static let userMessageReference = Tag(rawValue: 0x0204)
        package static let sarReference = Tag(rawValue: 0x020C)
        package static let sarTotal = Tag(rawValue: 0x020E)
        package static let sarSequence = Tag(rawValue: 0x020F)
        package static let interfaceVersion = Tag(rawValue: 0x0210)
        package static let availabilityStatus = Tag(rawValue: 0x0422)
        package static let networkErrorCode = Tag(rawValue: 0x0423)
        package static let messagePayload = Tag(rawValue: 0x0424)
        package static let moreMessagesToSend = Tag(rawValue: 0x0426)
        package static let messageState = Tag(rawValue: 0x0427)
        package static let congestionState = Tag(rawValue: 0x0428)
    }
}

extension TLV: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Tag and length only: values carry texts and numbers.
    package var description: String {
        "TLV(0x" + String(tag.rawValue, radix: 16) + ", \(value.count) octets)"
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
