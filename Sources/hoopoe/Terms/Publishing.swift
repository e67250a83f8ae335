// SPDX-License-Identifier: Apache-2.0

import Consent
import Server
import Store

/// What the verbs of `hoopoe terms` ask for, of the store itself or of the server that holds it.
package protocol Publishing: Sendable {
    /// What publishing a document would change now.
    func difference(_ document: [UInt8]) async throws(Failure) -> TermsReport

    /// Publishes a document, and returns when everybody concerned is switched off and told.
    func publish(_ document: [UInt8]) async throws(Failure) -> TermsReport
}

/// What a document changes, for people and for scripts.
package struct TermsReport: Codable, Sendable, Equatable {
    package struct Purpose: Codable, Sendable, Equatable {
        package let purpose: String
        package let before: TermsWording?
        package let now: TermsWording?
        /// How many people's yes goes stale by it.
        package let people: Int
    }

    /// The version in force before.
    package let from: Int
    /// The version that the document becomes, or became.
    package let version: Int
    package let sha256: String
    package let changes: [Purpose]
}

/// One purpose in words.
package struct TermsWording: Codable, Sendable, Equatable {
    package let offered: Bool
    package let what: String
    package let why: String
    package let without: String
    package let details: String

    init(_ text: Terms.Text) {
        offered = text.isOffered
        what = text.what
        why = text.why
        without = text.without
        details = text.details
    }
}

extension TermsReport {
    init(_ change: TermsChange) {
        self.init(
            from: change.from, version: change.version, sha256: change.sha256,
            changes: change.differences.map { difference in
                Purpose(
                    purpose: difference.purpose.rawValue, before: difference.before.map(TermsWording.init),
                    now: difference.now.map(TermsWording.init), people: difference.people)
            })
    }
}

/// The terms of a store that this process has open.
struct StoredTerms: Publishing {
    let desk: TermsDesk

    func difference(_ document: [UInt8]) async throws(Failure) -> TermsReport {
        let document = try TermsDocument(reading: document)
        do throws(StoreError) {
            return TermsReport(try desk.difference(document))
        } catch {
            throw Failure(error)
        }
    }

    func publish(_ document: [UInt8]) async throws(Failure) -> TermsReport {
        let document = try TermsDocument(reading: document)
        do throws(StoreError) {
            return TermsReport(try await desk.publish(document))
        } catch {
            throw Failure(error)
        }
    }
}

extension TermsDocument {
    /// Throws ``ExitReason/badData`` with what is wrong.
    init(reading bytes: [UInt8]) throws(Failure) {
        do throws(TermsError) {
            try self.init(bytes)
        } catch {
            throw Failure(.badData, error.description)
        }
    }
}
