// expect: cannot convert return expression of type 'Membership<Bool>' to return type 'Membership<Loot>'
import Consent

struct Loot: PermitResult {
    let bytes: [UInt8]

    static var membership: Membership<Loot> { Bool.membership }
}
