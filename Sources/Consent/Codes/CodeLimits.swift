/// How many codes may be sent: per number, per prefix and per person, each within a day (UTC).
///
/// A pure counter, bounded in size: when a day has seen too many different numbers, further ones are refused.
package struct CodeLimits: Sendable {
    /// The limits, settable by the operator.
    package struct Allowance: Hashable, Sendable {
        package var perNumber = 3
        package var perPrefix = 100
        package var perPerson = 5
        /// Different numbers remembered within a day.
        package var numbers = 100_000

        package init() {}
    }

    /// Which limit was met.
    package enum Refusal: String, Error, Hashable, Sendable {
        case number
        case prefix
        case person
        /// The server as a whole has sent too many today.
        case everyone
    }

    private let allowance: Allowance
    private var day: Int64 = .min
    private var numbers: [BlindValue: Int] = [:]
    private var prefixes: [[UInt8]: Int] = [:]
    private var people: [PersonID: Int] = [:]

    package init(_ allowance: Allowance = Allowance()) {
        self.allowance = allowance
    }

    /// Counts one code, or refuses it and counts nothing.
    ///
    /// `prefix` is the leading digits that say where a number belongs, not enough to name a person; at most 6 count.
    /// `now` is in milliseconds since 1970.
    package mutating func admit(
        number: BlindValue, prefix: some Collection<UInt8>, person: PersonID, now: Int64
    ) throws(Refusal) {
        let today = now / 86_400_000
        if today > day {
            day = today
            numbers = [:]
            prefixes = [:]
            people = [:]
        }
        let prefix = Array(prefix.prefix(6))
        guard people[person, default: 0] < allowance.perPerson else { throw .person }
        guard numbers[number, default: 0] < allowance.perNumber else { throw .number }
        guard prefixes[prefix, default: 0] < allowance.perPrefix else { throw .prefix }
        guard numbers[number] != nil || numbers.count < allowance.numbers else { throw .everyone }
        people[person, default: 0] += 1
        numbers[number, default: 0] += 1
        prefixes[prefix, default: 0] += 1
    }
}
