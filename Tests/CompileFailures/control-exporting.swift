// compiles
// A person fetches what is theirs.
import Consent

func export(_ vault: Vault, _ person: PersonID, _ sealed: Sealed<SMSContent>, _ place: Place) throws(Denied) -> [UInt8]
{
    try vault.withPermit(SMS.self, for: person) { (permit) throws(Denied) in
        try permit.export(sealed, at: place)
    }.release(by: HTTPBody.self)
}
