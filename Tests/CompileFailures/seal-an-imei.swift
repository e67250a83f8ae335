// expect: cannot find 'IMEI' in scope
// No kind exists for what no purpose takes, and none can be sealed without one.
import Consent

func sealed(_ vault: Vault, _ person: PersonID, _ bytes: [UInt8], _ place: Place) throws(Denied) {
    _ = try vault.withPermit(SMS.self, for: person) { (permit) throws(Denied) in
        try permit.seal(bytes, as: IMEI.self, at: place)
    }
}
