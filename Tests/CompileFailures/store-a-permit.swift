// expect: implicit conversion to 'Permit<SMS>?' is consuming
import Consent

final class Keeper {
    var permit: Permit<SMS>?

    func keep(_ vault: Vault, _ person: PersonID) throws(Denied) {
        _ = try vault.withPermit(SMS.self, for: person) { (permit: borrowing Permit<SMS>) throws(Denied) in
            self.permit = permit
            return true
        }
    }
}
