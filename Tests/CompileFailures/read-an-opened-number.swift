// expect: 'digits' is inaccessible due to 'internal' protection level
import Consent

func read(_ number: OpenedNumber) -> [UInt8] {
    number.digits
}
