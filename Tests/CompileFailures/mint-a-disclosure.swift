// expect: 'Disclosure<Way>' initializer is inaccessible due to 'internal' protection level
import Consent

func minted(_ digits: [UInt8]) -> Disclosure<SMPPSubmit> {
    Disclosure<SMPPSubmit>(digits)
}
