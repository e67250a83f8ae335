// expect: 'Membership<Member>' initializer is inaccessible due to 'internal' protection level
import Consent

struct Loot: PermitResult {
    let bytes: [UInt8]

    static var membership: Membership<Loot> { Membership() }
}
