// expect: requires the types 'SMS' and 'OwnNumber.Opener' (aka 'NumberTexting') be equivalent
import Consent

func wrong(
    _ vault: Vault, _ person: PersonID, _ sealed: Sealed<OwnNumber>, _ place: Place
) throws(Denied) -> Disclosure<ClientStanza> {
    try vault.withPermit(SMS.self, for: person) { (permit: borrowing Permit<SMS>) throws(Denied) in
        try permit.open(sealed, at: place)
    }
}
