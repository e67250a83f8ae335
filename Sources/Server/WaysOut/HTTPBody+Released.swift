// SPDX-License-Identifier: Apache-2.0

import Consent
import Wire

// Where opened values become parts of what a person fetches of their own. No other file releases `HTTPBody`.

extension JSON {
    /// A person's own number: a plus sign and digits.
    init(number: Disclosure<HTTPBody>) {
        self = .string("+" + String(decoding: number.release(by: HTTPBody.self), as: UTF8.self))
    }

    /// The address that a person shows to a correspondent.
    init(face: Disclosure<HTTPBody>) {
        self = .string(String(decoding: face.release(by: HTTPBody.self), as: UTF8.self))
    }

    /// A text to the phone network: the number and the words.
    init(sms content: Disclosure<HTTPBody>) {
        guard let (digits, words) = SMSContent.unpacked(content.release(by: HTTPBody.self)) else {
            self = .null
            return
        }
        self = ["to": .string("+" + digits), "words": .string(words)]
    }

    /// A part of a text that came by SMS: the carrier's PDU (SMPP 3.4 §4.6.1) in base 64.
    init(part: Disclosure<HTTPBody>) {
        self = .string(Base64.encodeString(part.release(by: HTTPBody.self)))
    }
}
