/// Turns a text into the messages that carry it: picks the cheapest alphabet, cuts where nothing breaks.
package struct Segmenter: Sendable {
    package let profile: TextProfile

    package init(_ profile: TextProfile = TextProfile()) {
        self.profile = profile
    }

    /// The text needs more parts than the profile permits.
    package struct TooLong: Error, Hashable, Sendable {
        package let parts: Int
    }

    /// The messages for a text; one for the empty text.
    ///
    /// `reference`: tells the parts of this text from those of others to the same recipient; its low
    ///   octet is all that 8-bit headers carry.
    package func segments(of text: String, reference: UInt16 = 0) throws(TooLong) -> SegmentedText {
        let encoded = EncodedText(text, profile: profile)
        let single = encoded.alphabet.unitsPerMessage
        if encoded.unitCount <= single {
            return SegmentedText(
                alphabet: encoded.alphabet, billedParts: 1,
                segments: [encoded.segment(0..<encoded.unitCount, part: nil, profile: profile)])
        }

        let scheme = profile.longMessages.scheme
        let cuts = encoded.cuts(of: text, limit: encoded.alphabet.unitsPerPart(scheme))
        guard cuts.count <= profile.maximumParts, let total = UInt8(exactly: cuts.count) else {
            throw TooLong(parts: cuts.count)
        }
        if profile.longMessages == .payload {
            return SegmentedText(
                alphabet: encoded.alphabet, billedParts: cuts.count, segments: [encoded.payload(profile: profile)])
        }
        let segments = cuts.enumerated().map { index, units in
            let part = Concatenation(
                scheme: scheme, reference: reference, total: total, part: UInt8(truncatingIfNeeded: index + 1))
            return encoded.segment(units, part: part, profile: profile)
        }
        return SegmentedText(alphabet: encoded.alphabet, billedParts: cuts.count, segments: segments)
    }
}

/// A text, ready to be sent.
package struct SegmentedText: Hashable, Sendable {
    package let alphabet: Alphabet
    /// How many messages a carrier will charge for.
    package let billedParts: Int
    package let segments: [Segment]
}

/// One message of a text: the fields of submit_sm that depend on the text.
package struct Segment: Hashable, Sendable {
    package let content: [UInt8]
    package let dataCoding: DataCoding
    package let esmClass: ESMClass
    package let optional: OptionalParameters
}

extension Segment: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "Segment(\(content.count) octets)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}

extension ShortMessage {
    /// A message that carries one segment.
    package init(
        _ segment: Segment, from source: SMEAddress, to destination: SMEAddress,
        registeredDelivery: RegisteredDelivery = .finalReceipt, validityPeriod: String = ""
    ) {
        self.init(
            source: source, destination: destination, content: segment.content, dataCoding: segment.dataCoding,
            esmClass: segment.esmClass, registeredDelivery: registeredDelivery, validityPeriod: validityPeriod,
            optional: segment.optional)
    }
}

extension Alphabet {
    /// Characters (septets, octets, UTF-16 units) that fit into one message of 140 octets on the air.
    var unitsPerMessage: Int {
        switch self {
        case .gsm: 160
        case .ucs2: 70
        case .ascii, .latin1, .cyrillic, .hebrew, .binary: 140
        }
    }

    /// The same for one part of a longer message. SAR parts get the room of 16-bit headers, which is what a
    /// carrier may make of their 16-bit reference.
    func unitsPerPart(_ scheme: Concatenation.Scheme) -> Int {
        switch self {
        case .gsm: scheme == .udh8 ? 153 : 152
        case .ucs2: scheme == .udh8 ? 67 : 66
        case .ascii, .latin1, .cyrillic, .hebrew, .binary: scheme == .udh8 ? 134 : 133
        }
    }
}
