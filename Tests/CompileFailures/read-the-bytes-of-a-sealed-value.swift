// expect: cannot convert return expression of type 'Sealed<OwnNumber>' to return type '[UInt8]'
import Consent

func bytes(_ sealed: Sealed<OwnNumber>) -> [UInt8] {
    sealed
}
