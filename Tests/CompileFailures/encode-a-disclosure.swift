// expect: requires that 'Disclosure<ClientStanza>' conform to 'Encodable'
import Consent
import Foundation

func encoded(_ number: Disclosure<ClientStanza>) throws -> Data {
    try JSONEncoder().encode(number)
}
