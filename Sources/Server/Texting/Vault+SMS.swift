import Consent

extension Vault {
    /// Why *sms* of a person permits nothing, or nil if it stands.
    func smsRefusal(of owner: PersonID) -> TextRefusal? {
        if case .failure(let denied) = allows(.sms, for: owner) { TextRefusal(denied) } else { nil }
    }

    /// Uses a person's permit for sending one segment; false if *sms* doesn't stand at this moment, or the *number-texting* of
    /// the person here for whom it stands in.
    func permitsSMS(of owner: PersonID, standingInFor recipient: PersonID?) -> Bool {
        if let recipient, case .failure = allows(.numberTexting, for: recipient) { return false }
        return (try? withPermit(SMS.self, for: owner) { _ in true }) ?? false
    }
}

extension TextRefusal {
    init(_ denied: Denied) {
        self =
            switch denied {
            case .staleTerms: .staleTerms
            case .unreadable: .trouble
            default: .noConsent
            }
    }
}
