/// What the service keeps for a person by name, sealed under their service key. The raw value is a column's.
package enum KeptKind: Int64, Hashable, Sendable, CaseIterable {
    /// By bare address; what the roster says of it.
    case rosterItem = 1
    /// By address; no value.
    case blocked = 2
    /// By namespace of its element; the element.
    case privateXML = 4
    /// By the empty name; the element.
    case vCard = 5
    /// By name; small settings of the person.
    case setting = 6

    /// How many of a kind one person may keep.
    package var limit: Int {
        switch self {
        case .rosterItem: 2_000
        case .blocked: 2_000
        case .privateXML: 100
        case .vCard: 1
        case .setting: 100
        }
    }

    /// How many bytes of a kind one person may keep, sealed. A roster is read as a whole for each change and each presence, so
    /// this bounds what one client can make the server hold and do.
    package var byteLimit: Int {
        switch self {
        case .rosterItem, .blocked, .setting: 1 << 20
        case .privateXML, .vCard: 32 << 20
        }
    }
}

/// A named value of a person.
package struct Kept: Hashable, Sendable {
    package let name: [UInt8]
    package let value: [UInt8]

    package init(name: [UInt8], value: [UInt8]) {
        self.name = name
        self.value = value
    }

    /// Kept as a ``KeptKind/setting`` by those to whom no text comes as SMS that they could fetch here.
    package static let refusesFallback = Kept(name: Array("fallback".utf8), value: [])
}
