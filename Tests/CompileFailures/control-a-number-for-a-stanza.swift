// compiles
// What the server itself does: opens a number for a stanza, and lets go of it at that way's one place.
import Consent

func alias(_ vault: Vault, _ person: PersonID, _ sealed: Sealed<OwnNumber>) throws(Denied) -> [UInt8] {
    let number = try vault.withPermit(NumberTexting.self, for: person) { (permit) throws(Denied) in
        try permit.open(sealed, at: Place("number.sealed", owner: person, row: 0))
    }
    return number.release(by: ClientStanza.self)
}
