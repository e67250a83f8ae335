// expect: binary operator '==' cannot be applied to two 'Sealed<OwnNumber>' operands
import Consent

func same(_ one: Sealed<OwnNumber>, _ other: Sealed<OwnNumber>) -> Bool {
    one == other
}
