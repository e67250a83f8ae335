// expect: requires that 'Permit<SMS>' conform to 'PermitResult'
import Consent

func moved(_ vault: Vault, _ person: PersonID) throws(Denied) {
    _ = try vault.withPermit(SMS.self, for: person) { (permit: borrowing Permit<SMS>) throws(Denied) -> Permit<SMS> in
        permit
    }
}
