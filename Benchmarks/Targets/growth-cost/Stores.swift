import Consent
import Foundation
import Store

/// The stores of a benchmark, each in a data folder of its own with one region.
enum Stores {
    /// Makes an empty one.
    static func make(_ folder: String) throws {
        guard let region = Region("bench") else { throw StoreError.missing("region") }
        try RegionFiles(folder: folder, region: region).create()
    }

    static func open(_ folder: String) throws -> RegionStore {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/regions")
        guard let name = names.first, let region = Region(name) else { throw StoreError.missing("regions") }
        return try RegionStore(folder: folder, region: region, issuer: Issuer(domain: "bench.test"))
    }

    /// Opens some, which are closed when the body has ended.
    static func opened<Result>(
        _ folders: [String], _ body: ([RegionStore]) async throws -> Result
    ) async throws -> Result {
        var stores: [RegionStore] = []
        defer { for store in stores { store.close() } }
        for folder in folders { stores.append(try open(folder)) }
        return try await body(stores)
    }
}
