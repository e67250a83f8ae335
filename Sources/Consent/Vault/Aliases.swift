/// Who can be reached by which number, both ways: about 120 bytes a number, so 120 MB for a million.
///
/// All of it is in memory, so that a number somebody here has takes no longer to look for than one nobody has.
package struct Aliases: Sendable {
    private var people: [IndexValue: PersonID] = [:]
    private var values: [PersonID: IndexValue] = [:]

    /// With room for so many.
    package init(capacity: Int = 0) {
        people.reserveCapacity(capacity)
        values.reserveCapacity(capacity)
    }

    /// How many numbers there are.
    package var count: Int { people.count }

    package subscript(value: IndexValue) -> PersonID? {
        people[value]
    }

    /// The number is this person's from now on: no earlier holder's, and their only one.
    package mutating func set(_ value: IndexValue, of person: PersonID) {
        if let earlier = values.updateValue(value, forKey: person), earlier != value { people[earlier] = nil }
        if let holder = people.updateValue(person, forKey: value), holder != person { values[holder] = nil }
    }

    package mutating func remove(_ person: PersonID) {
        if let value = values.removeValue(forKey: person) { people[value] = nil }
    }
}
