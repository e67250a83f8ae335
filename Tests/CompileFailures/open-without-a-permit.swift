// expect: cannot find 'Seal' in scope
// The one function that opens asks for a key, and neither it nor any key is visible outside.
import Consent

func open(_ sealed: Sealed<OwnNumber>, _ vault: Vault, _ place: Place) throws -> [UInt8] {
    try Seal.open(sealed.stored, under: vault.regionKey.secret, binding: place.bytes)
}
