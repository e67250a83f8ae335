// SPDX-License-Identifier: Apache-2.0

import Consent
import Numbers
import SMPP

/// A text cut into the messages that leave for the carrier. No other file releases `SMPPSubmit`: what a permit opened
/// is readable from here on only as the fields of those messages.
struct Submission: Sendable {
    /// Digits without plus.
    private let recipient: String
    private let text: SegmentedText

    /// Cuts what a permit opened; nil when that isn't a text with its number.
    init?(_ content: Disclosure<SMPPSubmit>, _ segmenter: Segmenter, reference: UInt16) throws(Segmenter.TooLong) {
        guard let (digits, words) = SMSContent.unpacked(content.release(by: SMPPSubmit.self)) else { return nil }
        recipient = digits
        text = try segmenter.segments(of: words, reference: reference)
    }

    /// Cuts an answer of the server's own to a number that has just texted it.
    init(_ words: String, to number: E164, _ segmenter: Segmenter, reference: UInt16) throws(Segmenter.TooLong) {
        recipient = number.digits
        text = try segmenter.segments(of: words, reference: reference)
    }

    /// How many messages the carrier charges for.
    var billedParts: Int { text.billedParts }
    /// How many messages leave.
    var count: Int { text.segments.count }

    /// The messages, from one of our numbers.
    func messages(from source: SMEAddress, registeredDelivery: RegisteredDelivery = .finalReceipt) -> [SubmitSM] {
        text.segments.map { segment in
            SubmitSM(
                segment, from: source, to: .international(recipient), registeredDelivery: registeredDelivery)
        }
    }
}
