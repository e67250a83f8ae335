// compiles
// Everything that may come out of a permit's body.
import Consent

func results(_ vault: Vault, _ person: PersonID, _ place: Place, _ pending: PendingNumber) throws(Denied) {
    let _: Sealed<SMSContent> = try vault.withPermit(SMS.self, for: person) { (permit) throws(Denied) in
        try permit.seal(SMSContent.packed("15550001111".utf8, "hello"), as: SMSContent.self, at: place)
    }
    let _: Pair<Ciphertext, KeyID> = try vault.withPermit(SMS.self, for: person) { (permit) throws(Denied) in
        Pair(try permit.seal(content: [1], at: place), permit.key)
    }
    let _: Bool = try vault.withPermit(SMS.self, for: person) { _ in true }
    let _: [KeyedHash] = try vault.withService(for: person) { (service) throws(Denied) in
        [service.hash("a", [1]), service.hash("b", [1])]
    }
    let _: KeyID? = try vault.withService(for: person) { (service) throws(Denied) in service.messageKey(day: 1) }
    let _: OpenedNumber = try vault.withCodePermit(pending, claimedBy: person, id: KeyID(rawValue: 1)) { permit in
        permit.number
    }
}
