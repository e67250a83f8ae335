extension Receipt {
    /// A purpose as the terms explained it, and what kinds of data it is about in the words of W3C's Data Privacy
    /// Vocabulary 2 (`dpv:` and its extension `pd:`).
    package struct Purpose: Equatable, Sendable {
        /// As the ledger and the chat name it, such as `sms`.
        package let code: String
        /// What it does, from the person's side.
        package let what: String
        /// Why it needs what it needs, and what is kept.
        package let why: String
        /// What doesn't work without it.
        package let without: String
        /// The kind of purpose, such as `dpv:CommunicationManagement`.
        package let type: String
        /// The kinds of personal data, such as `pd:TelephoneNumber`.
        package let data: [String]
        /// Who outside of the server receives some of it, in plain words.
        package let recipients: [String]

        /// A purpose of this server; its kinds follow from `code`.
        package init(code: String, what: String, why: String, without: String) {
            let (type, data, recipients) = Self.vocabulary(of: code)
            self.init(
                code: code, what: what, why: why, without: without, type: type, data: data, recipients: recipients)
        }

        init(
            code: String, what: String, why: String, without: String, type: String, data: [String],
            recipients: [String]
        ) {
            self.code = code
            self.what = what
            self.why = why
            self.without = without
            self.type = type
            self.data = data
            self.recipients = recipients
        }

        private static func vocabulary(of code: String) -> (type: String, data: [String], recipients: [String]) {
            switch code {
            case "number-texting": ("dpv:CommunicationManagement", ["pd:TelephoneNumber"], [])
            case "sms":
                (
                    "dpv:CommunicationManagement", ["pd:TelephoneNumber", "pd:Communication"],
                    ["the phone network that carries the SMS"]
                )
            case "history": ("dpv:RecordManagement", ["pd:Communication"], [])
            case "discovery": ("dpv:RequestedServiceProvision", ["pd:TelephoneNumber"], [])
            case "push": ("dpv:RequestedServiceProvision", ["pd:Identifier"], ["the phone's push service"])
            case "federation":
                (
                    "dpv:CommunicationManagement", ["pd:AccountIdentifier", "pd:Communication"],
                    ["the servers of the people written to"]
                )
            case "backup-contacts": ("dpv:RequestedServiceProvision", ["pd:Contact"], [])
            case "backup-messages": ("dpv:RequestedServiceProvision", ["pd:Communication"], [])
            case "backup-files": ("dpv:RequestedServiceProvision", ["pd:Picture", "dpv:PersonalData"], [])
            default: ("dpv:RequestedServiceProvision", ["dpv:PersonalData"], [])
            }
        }
    }
}
