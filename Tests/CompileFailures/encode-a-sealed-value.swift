// expect: requires that 'Sealed<OwnNumber>' conform to 'Encodable'
import Consent
import Foundation

func encoded(_ sealed: Sealed<OwnNumber>) throws -> Data {
    try JSONEncoder().encode(sealed)
}
