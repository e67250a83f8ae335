// expect: 'secret' is inaccessible due to 'internal' protection level
import Consent

func key(_ vault: Vault, _ person: PersonID) throws(Denied) -> Bool {
    try vault.withPermit(SMS.self, for: person) { (permit) throws(Denied) in
        permit.secret.bitCount > 0
    }
}
