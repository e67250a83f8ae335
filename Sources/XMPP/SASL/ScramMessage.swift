/// The two messages of a SCRAM client (RFC 5802 §7), read strictly.
enum ScramMessage {
    /// Most bytes of a message: a name and a nonce of any sense are far shorter.
    static let maximumLength = 4096

    struct ClientFirst: Equatable {
        /// The GS2 header with its last comma, which `c=` must repeat.
        let header: [UInt8]
        /// What follows the header: the first third of the AuthMessage.
        let bare: [UInt8]
        let authorizationIdentity: String?
        let username: String
        let nonce: [UInt8]

        init(_ message: [UInt8]) throws(SASLFailure) {
            guard message.count <= maximumLength, isText(message) else { throw .malformedRequest }
            let fields = message.split(separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { throw .malformedRequest }
            // `n`: no channel binding; `y`: the client could, and saw right that we don't offer it; `p`: it insists.
            guard fields[0].elementsEqual("n".utf8) || fields[0].elementsEqual("y".utf8) else {
                throw .malformedRequest
            }
            if fields[1].isEmpty {
                self.authorizationIdentity = nil
            } else {
                guard let value = attribute("a", fields[1]), !value.isEmpty, let name = SaslName.unescaped(value)
                else { throw .malformedRequest }
                self.authorizationIdentity = String(decoding: name, as: UTF8.self)
            }
            self.header = Array(message.prefix(fields[0].count + fields[1].count + 2))
            self.bare = Array(fields[2])
            // `m=`, a mandatory extension, can't stand here but where the name must be, and we know none.
            let attributes = bare.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            guard attributes.count >= 2, let name = attribute("n", attributes[0]), !name.isEmpty,
                let username = SaslName.unescaped(name), let nonce = attribute("r", attributes[1]),
                (1...512).contains(nonce.count), nonce.allSatisfy(isPrintable),
                attributes.dropFirst(2).allSatisfy(isExtension)
            else { throw .malformedRequest }
            self.username = String(decoding: username, as: UTF8.self)
            self.nonce = Array(nonce)
        }
    }

    struct ClientFinal: Equatable {
        /// The decoded `c=`.
        let channelBinding: [UInt8]
        let nonce: [UInt8]
        let proof: [UInt8]
        /// Everything before `,p=`: the last third of the AuthMessage.
        let withoutProof: [UInt8]

        init(_ message: [UInt8], decodingBase64 decode: ([UInt8]) -> [UInt8]?) throws(SASLFailure) {
            guard message.count <= maximumLength, isText(message) else { throw .malformedRequest }
            let attributes = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            guard attributes.count >= 3, let last = attributes.last,
                let binding = attribute("c", attributes[0]).flatMap({ decode(Array($0)) }),
                let nonce = attribute("r", attributes[1]),
                let proof = attribute("p", last).flatMap({ decode(Array($0)) }),
                attributes.dropFirst(2).dropLast().allSatisfy(isExtension)
            else { throw .malformedRequest }
            self.channelBinding = binding
            self.nonce = Array(nonce)
            self.proof = proof
            self.withoutProof = Array(message.dropLast(last.count + 1))
        }
    }

    private static func attribute(_ name: Character, _ field: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        field.starts(with: "\(name)=".utf8) ? field.dropFirst(2) : nil
    }

    /// An optional extension: a letter other than `m`, which would have been mandatory, and a value.
    private static func isExtension(_ field: ArraySlice<UInt8>) -> Bool {
        guard field.count > 2, let letter = field.first, field.dropFirst().first == UInt8(ascii: "=") else {
            return false
        }
        switch letter {
        case UInt8(ascii: "m"): return false
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return true
        default: return false
        }
    }

    private static func isPrintable(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }

    private static func isText(_ message: [UInt8]) -> Bool {
        !message.contains(0) && String(validating: message, as: UTF8.self) != nil
    }
}
