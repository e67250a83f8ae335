// SPDX-License-Identifier: Apache-2.0

package import Consent

/// What a document would change, or did.
package struct TermsChange: Sendable {
    /// One purpose whose text differs; nil where there is none.
    package struct Difference: Sendable {
        package let purpose: PurposeCode
        package let before: Terms.Text?
        package let now: Terms.Text?
        /// How many people's yes goes stale by it.
        package let people: Int
    }

    /// The version in force before.
    package let from: Int
    /// The version that the document becomes, or became.
    package let version: Int
    /// SHA-256 of the document, in hex.
    package let sha256: String
    package let differences: [Difference]

    init(from old: Terms, to new: Terms, standing: [PurposeCode: Int], region: Region) {
        from = old.version
        version = new.version
        sha256 = new.sha256
        differences = new.changes.map { purpose in
            Difference(
                purpose: purpose, before: old.wording(of: purpose, in: region),
                now: new.wording(of: purpose, in: region),
                people: standing[purpose] ?? 0)
        }
    }
}
