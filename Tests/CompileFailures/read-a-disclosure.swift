// expect: 'opened' is inaccessible due to 'internal' protection level
import Consent

func read(_ number: Disclosure<ClientStanza>) -> [UInt8] {
    number.opened
}
