// expect: requires that 'UInt8' conform to 'PermitResult'
import Consent

func carried(_ vault: Vault, _ person: PersonID, _ sealed: Sealed<OwnNumber>, _ place: Place) throws(Denied) -> [UInt8]
{
    try vault.withPermit(NumberTexting.self, for: person) { (permit) throws(Denied) -> [UInt8] in
        try permit.open(sealed, at: place).release(by: ClientStanza.self)
    }
}
