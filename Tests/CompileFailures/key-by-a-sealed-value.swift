// expect: type 'Sealed<OwnNumber>' does not conform to protocol 'Hashable'
import Consent

func indexed(_ sealed: Sealed<OwnNumber>) -> Set<Sealed<OwnNumber>> {
    [sealed]
}
