// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The files that anybody may have: the region's logs, and the terms.
///
/// Any other web server could hand out the same files. Nothing here reads a path that ``WebRoute`` hasn't understood.
struct PublishedFiles: Sendable {
    /// No published file is near this; a larger one isn't ours.
    private static let largest = 1_048_576

    private let folder: String
    private let region: String

    init(_ configuration: Configuration) {
        folder = configuration.folder
        region = configuration.region
    }

    /// A log's file; nil if there is none of that name, or the region isn't this server's. Blocks for a small read.
    func file(_ file: LogFile, ofLog number: Int, region: String) -> [UInt8]? {
        guard region == self.region else { return nil }
        return read("\(logs)/\(number)/\(file.path)")
    }

    /// The terms of that version as they were published; nil if there are none. Blocks for a small read.
    func terms(_ version: Int) -> [UInt8]? {
        read("\(termsFolder)/\(version).json")
    }

    /// The numbers of the region's logs, in order. Blocks for a look into a folder.
    func logNumbers() -> [Int] {
        names(in: logs).compactMap { WebRoute.number($0[...]) }.sorted()
    }

    /// The versions of the terms, in order. Blocks for a look into a folder.
    func termsVersions() -> [Int] {
        names(in: termsFolder).compactMap { name in
            name.hasSuffix(".json") ? WebRoute.number(name.dropLast(".json".count)) : nil
        }.sorted()
    }

    private var logs: String { "\(folder)/regions/\(region)/log" }
    private var termsFolder: String { "\(folder)/terms" }

    private func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    private func read(_ path: String) -> [UInt8]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let bytes = try? file.read(upToCount: Self.largest + 1), bytes.count <= Self.largest else { return nil }
        return [UInt8](bytes)
    }
}
