import Consent

extension Vault {
    /// Uses a person's permit for sending one segment; false if *sms* doesn't stand at this moment.
    func permitsSMS(_ owner: PersonID) -> Bool {
        (try? withPermit(SMS.self, for: owner) { _ in true }) ?? false
    }
}
