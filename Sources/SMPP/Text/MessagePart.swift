/// What a received message carries: text octets without header, and where they belong.
package struct MessagePart: Hashable, Sendable {
    package let alphabet: Alphabet
    /// In the alphabet; GSM septets unpacked.
    package let octets: [UInt8]
    /// Nil for a message that is whole by itself.
    package let concatenation: Concatenation?

    /// Reads a message by a carrier's settings. A user data header that makes no sense is taken as text.
    package init(_ message: ShortMessage, profile: TextProfile) {
        let payload = message.payload
        let header = message.esmClass.hasUserDataHeader ? UserDataHeader(parsing: payload) : nil
        let body = payload.dropFirst(header?.octetCount ?? 0)
        alphabet = Alphabet(message.dataCoding, default: profile.defaultAlphabet)
        if alphabet == .gsm, profile.defaultAlphabet == .gsmPacked {
            octets = GSM0338.unpack(body, fillBits: body.isEmpty ? 0 : header?.fillBits ?? 0)
        } else {
            octets = Array(body)
        }
        concatenation = header?.concatenation ?? message.optional.concatenation
    }

    /// Nil when the octets aren't text.
    package var text: String? {
        alphabet.text(octets)
    }

    /// The text of several parts in order. Parts in one alphabet are joined before they are read, which heals
    /// pairs that a sender cut. Nil when no part is text.
    package static func text(of parts: some Collection<MessagePart>) -> String? {
        var result: String?
        var run: [UInt8] = []
        var alphabet: Alphabet?
        func finishRun() {
            guard let text = alphabet?.text(run) else { return }
            result = (result ?? "") + text
        }
        for part in parts {
            if part.alphabet != alphabet {
                finishRun()
                run = []
                alphabet = part.alphabet
            }
            run.append(contentsOf: part.octets)
        }
        finishRun()
        return result
    }
}

extension MessagePart: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "MessagePart(\(alphabet), \(octets.count) octets)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
