// expect: 'permit' is borrowed and cannot be consumed
import Consent

func copied(_ vault: Vault, _ person: PersonID) throws(Denied) -> Bool {
    try vault.withPermit(SMS.self, for: person) { (permit: borrowing Permit<SMS>) throws(Denied) in
        let kept = permit
        return kept.terms == 1
    }
}
