import Consent

extension Vault {
    /// Why *sms* of a person permits nothing, or nil if it stands.
    func smsRefusal(of owner: PersonID) -> TextRefusal? {
        switch allows(.sms, for: owner) {
        case .success: nil
        case .failure(.staleTerms): .staleTerms
        case .failure(.unreadable): .trouble
        case .failure: .noConsent
        }
    }

    /// Uses a person's permit for sending one segment; false if *sms* doesn't stand at this moment, or the *number-texting* of
    /// the person here for whom it stands in.
    func permitsSMS(of owner: PersonID, standingInFor recipient: PersonID?) -> Bool {
        if let recipient, case .failure = allows(.numberTexting, for: recipient) { return false }
        return (try? withPermit(SMS.self, for: owner) { _ in true }) ?? false
    }
}
