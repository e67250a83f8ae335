import Consent

extension Vault {
    /// Why *sms* of a person permits nothing, or nil if it stands.
    func smsRefusal(of owner: PersonID) -> TextRefusal? {
        if case .failure(let denied) = allows(.sms, for: owner) { TextRefusal(denied) } else { nil }
    }

    /// Uses a person's permit for sending one segment: *no* if *sms* doesn't stand at this moment, or the *number-texting* of
    /// the person here for whom it stands in.
    func permitsSMS(of owner: PersonID, standingInFor recipient: PersonID?) -> SMSPermission {
        if let recipient, case .failure(let denied) = allows(.numberTexting, for: recipient) {
            return SMSPermission(denied)
        }
        do throws(Denied) {
            _ = try withPermit(SMS.self, for: owner) { (_) throws(Denied) in true }
            return .yes
        } catch {
            return SMSPermission(error)
        }
    }
}

/// Whether an SMS may leave at this moment.
enum SMSPermission: Hashable, Sendable {
    case yes
    case no
    /// The keys can't be read now, so whether it may is known later.
    case notNow

    init(_ denied: Denied) {
        self = denied == .unreadable ? .notNow : .no
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
