// expect: cannot assign value of type 'Disclosure<OwnNumber.Way>' (aka 'Disclosure<ClientStanza>') to type '[UInt8]'
import Consent

func carried(_ vault: Vault, _ person: PersonID, _ sealed: Sealed<OwnNumber>, _ place: Place) throws(Denied) -> [UInt8]
{
    var bytes: [UInt8] = []
    _ = try vault.withPermit(NumberTexting.self, for: person) { (permit) throws(Denied) in
        bytes = try permit.open(sealed, at: place)
        return true
    }
    return bytes
}
