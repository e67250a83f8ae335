import Crypto

/// The keys of blind values: of the number index, by version, and of everything that a route remembers.
package struct NumberSecrets: Sendable {
    /// One secret as the keys file holds it.
    package struct Stored: Sendable {
        /// `index` or `route`.
        package let name: String
        /// Counts up when the index is rotated; the route secret stays, as STOP lists must outlive rotations.
        package let version: Int32
        package let wrapped: [UInt8]

        package init(name: String, version: Int32, wrapped: [UInt8]) {
            self.name = name
            self.version = version
            self.wrapped = wrapped
        }
    }

    let index: SymmetricKey
    package let indexVersion: Int32
    let route: SymmetricKey

    /// The first secrets of a region.
    package static func mint(for region: Region, under key: RegionKey) throws(Denied) -> [Stored] {
        [try mint("index", version: 1, region, key), try mint("route", version: 1, region, key)]
    }

    /// Unwraps the newest version of each.
    init(_ stored: [Stored], region: Region, key: RegionKey) throws(Denied) {
        guard let index = stored.filter({ $0.name == "index" }).max(by: { $0.version < $1.version }),
            let route = stored.filter({ $0.name == "route" }).max(by: { $0.version < $1.version })
        else { throw .erased }
        self.index = try key.unwrap(index.wrapped, binding: Self.binding(index.name, index.version, region))
        self.indexVersion = index.version
        self.route = try key.unwrap(route.wrapped, binding: Self.binding(route.name, route.version, region))
    }

    static func mint(
        _ name: String, version: Int32, _ region: Region, _ key: RegionKey
    ) throws(Denied) -> Stored {
        let wrapped = try key.wrap(SymmetricKey(size: .bits256), binding: binding(name, version, region))
        return Stored(name: name, version: version, wrapped: wrapped)
    }

    static func binding(_ name: String, _ version: Int32, _ region: Region) -> [UInt8] {
        wrapBinding(KeyID(rawValue: Int64(version)), owner: nil, use: "secret " + name, region: region)
    }
}
