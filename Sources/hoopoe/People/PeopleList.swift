// SPDX-License-Identifier: Apache-2.0

package import XMPP

/// A file of people for `hoopoe person add --from`.
///
/// A line is `name<TAB>password`, or `name<TAB>verifier<TAB>verifier` with the two verifiers of RFC 5803, one for each of
/// SCRAM-SHA-1 and SCRAM-SHA-256. Empty lines and lines that begin with `#` are passed over.
///
/// Holds the file's bytes and makes entries of them one by one, so that a million people take little more memory than their file.
package struct PeopleList: Sendable, Sequence {
    package struct Entry: Sendable {
        package enum Credential: Sendable {
            case password(Password)
            case verifiers(ScramVerifiers)
        }

        package let name: String
        package let credential: Credential
    }

    /// How many people there are.
    package let count: Int
    private let source: Source

    private enum Source {
        case one(Entry)
        case file([UInt8], domain: String)
    }

    /// Reads the whole file before anybody is added.
    ///
    /// Throws ``ExitReason/badData`` naming the first line that is wrong, never what stands in it after the name.
    package init(_ file: [UInt8], domain: String) throws(Failure) {
        var lines: [String: Int] = [:]
        var reading = Reading(file, domain: domain)
        while let entry = try reading.next() {
            if let earlier = lines.updateValue(reading.line, forKey: entry.name) {
                throw Failure(.badData, "line \(reading.line): the same name as in line \(earlier)")
            }
        }
        count = lines.count
        source = .file(file, domain: domain)
    }

    /// One person.
    package init(name: String, password: Password) {
        count = 1
        source = .one(Entry(name: name, credential: .password(password)))
    }

    package func makeIterator() -> AnyIterator<Entry> {
        switch source {
        case .one(let entry):
            return AnyIterator(CollectionOfOne(entry).makeIterator())
        case .file(let bytes, let domain):
            var reading = Reading(bytes, domain: domain)
            // Every line was read once already, and none was wrong.
            return AnyIterator { try? reading.next() }
        }
    }
}

extension PeopleList {
    /// A place in a file, moved on by a person at a time.
    private struct Reading {
        /// The number of the line last read, from 1.
        private(set) var line = 0
        private let bytes: [UInt8]
        private let domain: String
        private var place = 0

        init(_ bytes: [UInt8], domain: String) {
            self.bytes = bytes
            self.domain = domain
        }

        /// The next line's person; nil at the end.
        mutating func next() throws(Failure) -> Entry? {
            while place < bytes.count {
                let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
                var text = bytes[place..<end]
                place = end + 1
                line += 1
                if text.last == UInt8(ascii: "\r") { text.removeLast() }
                guard !text.isEmpty, text.first != UInt8(ascii: "#") else { continue }
                return try entry(text)
            }
            return nil
        }

        private func entry(_ text: ArraySlice<UInt8>) throws(Failure) -> Entry {
            var fields: [String] = []
            for field in text.split(separator: UInt8(ascii: "\t"), maxSplits: 3, omittingEmptySubsequences: false) {
                guard let field = String(validating: field, as: UTF8.self) else {
                    throw Failure(.badData, "line \(line): that is not UTF-8 text")
                }
                fields.append(field)
            }
            guard (2...3).contains(fields.count) else {
                throw Failure(.badData, "line \(line): a line is a name, a tab, and a password or two verifiers")
            }
            let name: String
            do throws(Failure) {
                name = try newName(fields[0], domain: domain)
            } catch {
                throw Failure(.badData, "line \(line): \(error.message)")
            }
            guard let credential = Self.credential(fields.dropFirst()) else {
                throw Failure(.badData, "line \(line): \(Self.expected(fields.count))")
            }
            return Entry(name: name, credential: credential)
        }

        private static func credential(_ fields: ArraySlice<String>) -> Entry.Credential? {
            if fields.count == 2 {
                let verifiers = fields.compactMap { ScramVerifier(text: $0) }
                guard verifiers.count == 2, let pair = ScramVerifiers(verifiers[0], verifiers[1]) else { return nil }
                return .verifiers(pair)
            }
            // One verifier alone must not become somebody's password by mistake.
            guard let text = fields.first, !text.hasPrefix("SCRAM-SHA-") else { return nil }
            return Password(text).map { .password($0) }
        }

        private static func expected(_ fields: Int) -> String {
            fields == 3
                ? "the two verifiers must be one SCRAM-SHA-1$… and one SCRAM-SHA-256$… as in RFC 5803"
                : "cannot be a password; or, if it is a verifier, there must be two: SCRAM-SHA-1 and SCRAM-SHA-256"
        }
    }
}
