// SPDX-License-Identifier: Apache-2.0

package import XMPP

/// A file of people for `hoopoe person add --from`.
///
/// A line is `name<TAB>password`, or `name<TAB>verifier<TAB>verifier` with the two verifiers of RFC 5803, one for each of
/// SCRAM-SHA-1 and SCRAM-SHA-256. Empty lines and lines that begin with `#` are passed over.
package struct PeopleList: Sendable {
    package struct Entry: Sendable {
        package enum Credential: Sendable {
            case password(Password)
            case verifiers(ScramVerifiers)
        }

        package let name: String
        package let credential: Credential
    }

    package let entries: [Entry]

    /// Reads the whole file before anybody is added.
    ///
    /// Throws ``ExitReason/badData`` naming the first line that is wrong, never what stands in it after the name.
    package init(_ text: String, domain: String) throws(Failure) {
        var entries: [Entry] = []
        var lines: [String: Int] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let number = index + 1
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard (2...3).contains(fields.count) else {
                throw Failure(.badData, "line \(number): a line is a name, a tab, and a password or two verifiers")
            }
            let name: String
            do throws(Failure) {
                name = try newName(fields[0], domain: domain)
            } catch {
                throw Failure(.badData, "line \(number): \(error.message)")
            }
            if let earlier = lines.updateValue(number, forKey: name) {
                throw Failure(.badData, "line \(number): the same name as in line \(earlier)")
            }
            guard let credential = Self.credential(fields.dropFirst()) else {
                throw Failure(.badData, "line \(number): \(Self.expected(fields.count))")
            }
            entries.append(Entry(name: name, credential: credential))
        }
        self.entries = entries
    }

    /// One person.
    package init(name: String, password: Password) {
        entries = [Entry(name: name, credential: .password(password))]
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
        fields == 2
            ? "cannot be a password; or, if it is a verifier, there must be two: SCRAM-SHA-1 and SCRAM-SHA-256"
            : "the two verifiers must be one SCRAM-SHA-1$… and one SCRAM-SHA-256$… as in RFC 5803"
    }
}
