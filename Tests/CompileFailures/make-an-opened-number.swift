// expect: 'OpenedNumber?' initializer is inaccessible due to 'internal' protection level
import Consent

func made(_ digits: [UInt8]) -> OpenedNumber? {
    OpenedNumber(digits)
}
