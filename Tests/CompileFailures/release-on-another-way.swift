// expect: cannot convert value of type 'SMPPSubmit.Type' to expected argument type 'ClientStanza.Type'
import Consent

func strayed(_ number: Disclosure<ClientStanza>) -> [UInt8] {
    number.release(by: SMPPSubmit.self)
}
