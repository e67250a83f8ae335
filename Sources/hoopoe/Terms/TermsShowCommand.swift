// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Consent
import Foundation
import Server
import Store

/// `hoopoe terms show DIR`.
struct TermsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the terms in force, or an earlier version.")

    @Argument(help: ArgumentHelp("The data folder.", valueName: "dir"))
    var folder: String

    @Option(help: ArgumentHelp("Which version; without it, the one in force.", valueName: "number"))
    var version: Int?

    @Flag(help: "One JSON object on standard output.")
    var json = false

    private struct Listing: Encodable {
        struct Row: Encodable {
            let purpose: String
            let changed: Int
            let text: TermsWording
        }
        let version: Int
        let region: String
        let sha256: String
        let file: String
        let purposes: [Row]
    }

    func run() throws {
        let settings = try Configuration.load(folder: DataFolder(existing: folder).path)
        let listing: Listing?
        do throws(StoreError) {
            listing = try self.listing(TermsFolder(folder: settings.folder), try settings.storedRegion())
        } catch {
            throw Failure(error)
        }
        guard let listing else { throw Failure(.noInput, "there is no version \(version ?? 0) of the terms") }
        guard json else { return StandardOutput.write(Self.page(listing)) }
        try StandardOutput.write(json: listing)
    }

    private func listing(_ folder: TermsFolder, _ region: Region) throws(StoreError) -> Listing? {
        // A folder that was never served by a program with terms has those that come with it.
        var terms = try folder.terms() ?? .first
        if let version {
            guard (1...terms.version).contains(version) else { return nil }
            terms = try folder.terms(upTo: version) ?? .first
        }
        return Listing(
            version: terms.version, region: region.name, sha256: terms.sha256, file: folder.file(terms.version),
            purposes: PurposeCode.allCases.compactMap { purpose in
                terms.wording(of: purpose, in: region).map {
                    .init(purpose: purpose.rawValue, changed: $0.changed, text: TermsWording($0))
                }
            })
    }

    private static func page(_ listing: Listing) -> String {
        var lines = [
            "Terms, version \(listing.version), for the region \(listing.region)",
            "SHA-256 of \(listing.file): \(listing.sha256)"
        ]
        for row in listing.purposes {
            let state = row.text.offered ? "since version \(row.changed)" : "not offered yet"
            lines += ["", "\(row.purpose) (\(state))"]
            lines += row.text.sentences.map { "  \($0)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension TermsWording {
    /// What there is to read, a line each.
    var sentences: [String] {
        [what, why, "Without it: \(without)", details].filter { !$0.isEmpty }
    }
}
