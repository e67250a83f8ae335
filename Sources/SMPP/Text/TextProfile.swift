/// How one carrier wants texts: a connector's settings.
package struct TextProfile: Hashable, Sendable {
    /// What data_coding 0 means there.
    package var defaultAlphabet: DefaultAlphabet
    package var longMessages: LongMessages
    /// The carrier takes data_coding 3; used for texts that GSM 03.38 can't write.
    package var permitsLatin1: Bool
    /// The most parts one text may become, 1…255; longer texts are refused.
    package var maximumParts: Int

    package init(
        defaultAlphabet: DefaultAlphabet = .gsm, longMessages: LongMessages = .udh8, permitsLatin1: Bool = false,
        maximumParts: Int = 255
    ) {
        self.defaultAlphabet = defaultAlphabet
        self.longMessages = longMessages
        self.permitsLatin1 = permitsLatin1
        self.maximumParts = min(max(maximumParts, 1), 255)
    }

    /// How a text goes out that doesn't fit into one message.
    package enum LongMessages: String, Hashable, Sendable, CaseIterable {
        /// Parts with a user data header, 8-bit reference.
        case udh8 = "udh-8"
        /// Parts with a user data header, 16-bit reference.
        case udh16 = "udh-16"
        /// Parts with the `sar_` parameters.
        case sar
        /// One message with the whole text in message_payload; the carrier cuts it.
        case payload
    }
}

extension TextProfile.LongMessages {
    /// The scheme by which the parts are told apart. For message_payload the one a carrier will likely use.
    var scheme: Concatenation.Scheme {
        switch self {
        case .udh8, .payload: .udh8
        case .udh16: .udh16
        case .sar: .sar
        }
    }
}
