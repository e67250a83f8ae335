// SPDX-License-Identifier: Apache-2.0

import Crypto
import Wire

/// Writes the files of an export one after the other, and keeps the list of their digests.
struct ExportWriter: ~Copyable {
    /// Takes the archive's bytes in order; returns when there is room for more.
    typealias Sink = ([UInt8]) async throws -> Void

    private var zip: ZIPWriter
    private var listed: [JSON] = []
    private let sink: Sink

    init(at moment: Timestamp, to sink: @escaping Sink) {
        zip = ZIPWriter(at: moment)
        self.sink = sink
    }

    mutating func add(_ name: String, _ content: [UInt8]) async throws {
        let header = try zip.header(of: name, content: content)
        listed.append([
            "file": .string(name), "size": JSON(content.count),
            "sha256": .string(Hex.encode(Array(SHA256.hash(data: content))))
        ])
        try await sink(header)
        try await sink(content)
    }

    mutating func add(_ name: String, _ value: JSON) async throws {
        try await add(name, value.pretty)
    }

    /// Adds the list of all files before it as `manifest.json`, and ends the archive.
    consuming func end() async throws {
        let manifest = JSON.object(.init([("files", .array(listed)), ("version", 1)])).pretty
        try await sink(try zip.header(of: "manifest.json", content: manifest))
        try await sink(manifest)
        try await sink(zip.end())
    }
}

/// Lines of JSON that become files of bounded size: `NAME/000001.jsonl`, `NAME/000002.jsonl`, …
struct ExportLines {
    /// Beyond this a file is full.
    private static let fileSize = 1_048_576

    private let name: String
    private var lines: [UInt8] = []
    private var count = 0

    init(_ name: String) {
        self.name = name
    }

    mutating func add(_ line: JSON) {
        lines += line.canonical
        lines.append(UInt8(ascii: "\n"))
    }

    /// Writes what has come together if it is a file's worth, or if no more lines come.
    mutating func flush(to writer: inout ExportWriter, isLast: Bool = false) async throws {
        guard lines.count >= Self.fileSize || (isLast && !lines.isEmpty) else { return }
        count += 1
        let digits = String(count)
        let padded = String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
        let file = lines
        lines = []
        try await writer.add("\(name)/\(padded).jsonl", file)
    }
}
