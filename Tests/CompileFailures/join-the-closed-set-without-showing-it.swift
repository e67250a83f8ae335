// expect: type 'Loot' does not conform to protocol 'PermitResult'
import Consent

struct Loot: PermitResult {
    let bytes: [UInt8]
}
