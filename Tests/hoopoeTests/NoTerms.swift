// SPDX-License-Identifier: Apache-2.0

@testable import hoopoe

/// Where nobody publishes anything.
struct NoTerms: Publishing {
    func difference(_ document: [UInt8]) async throws(Failure) -> TermsReport {
        throw Failure(.internalError, "no terms here")
    }

    func publish(_ document: [UInt8]) async throws(Failure) -> TermsReport {
        throw Failure(.internalError, "no terms here")
    }
}
