// SPDX-License-Identifier: Apache-2.0

import Consent

/// Hands an export to whoever comes with a link that works, to so many at a time.
struct ExportDesk: Sendable {
    let links: OneTimeLinks

    func fetch(_ token: String) async -> WebAnswer {
        guard links.use(token) != nil else { return .linkSpent }
        return .notFound
    }
}

/// Everything about one person, as a ZIP that is written while it is read.
struct ExportArchive: Sendable {
    let person: PersonID
}
