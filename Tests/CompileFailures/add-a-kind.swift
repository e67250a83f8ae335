// expect: 'Home<Kind>' initializer is inaccessible due to 'internal' protection level
import Consent

enum Loophole: IdentifierKind {
    typealias Opener = NumberTexting
    typealias Way = HTTPBody
    static var home: Home<Self> { Home("number.sealed") }
}
