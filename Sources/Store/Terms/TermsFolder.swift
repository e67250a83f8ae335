package import Consent
import Foundation
import Glibc

/// The published terms of a data folder: `terms/1.json`, `terms/2.json` …, each never changed once it is there.
///
/// The newest file is in force. What changed between two versions follows from comparing them.
package struct TermsFolder: Sendable {
    package let path: String

    /// `folder` is the data folder.
    package init(folder: String) {
        path = folder + "/terms"
    }

    /// The file of a version.
    package func file(_ version: Int) -> String { "\(path)/\(version).json" }

    /// Writes version 1 as it comes with this program, owner-only and synced.
    ///
    /// - Throws: `exists` if there is one; nothing is overwritten.
    package func createFirst() throws(StoreError) {
        try write(.shipped, version: 1)
    }

    /// The terms in force with all versions before them; nil if none was ever published.
    ///
    /// - Throws: `missingTerms` for a gap in the versions, `badTerms` for a file that can't be read as terms.
    package func terms() throws(StoreError) -> Terms? {
        try terms(upTo: try versions().max() ?? 0)
    }

    /// The same as of an earlier version; nil for none.
    package func terms(upTo last: Int) throws(StoreError) -> Terms? {
        var terms: Terms?
        for version in 1...max(last, 1) where last > 0 {
            let document = try document(version)
            terms = terms.map { $0.followed(by: document) } ?? Terms(document)
        }
        return terms
    }

    /// One version as published.
    package func document(_ version: Int) throws(StoreError) -> TermsDocument {
        guard let data = FileManager.default.contents(atPath: file(version)) else { throw .missingTerms(version) }
        do throws(TermsError) {
            return try TermsDocument([UInt8](data))
        } catch {
            throw .badTerms(version, error)
        }
    }

    /// The versions that have a file.
    private func versions() throws(StoreError) -> [Int] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw .missing("terms folder that can be read")
        }
        return names.compactMap { name in
            guard name.hasSuffix(".json"), let version = Int(name.dropLast(5)), version > 0, "\(version).json" == name
            else { return nil }
            return version
        }
    }

    /// Publishes a file: after a crash it is there whole, or not at all.
    func write(_ document: TermsDocument, version: Int) throws(StoreError) {
        try PrivateFile.makeDirectory(path)
        try PrivateFile.publish(file(version), document.bytes)
    }
}
