// SPDX-License-Identifier: Apache-2.0

import Consent
import Synchronization

/// The links by which people fetch what is kept about them, and where those links point.
final class ExportLinks: Sendable {
    let links = OneTimeLinks()
    /// Without a slash at its end; nil while nothing is served over HTTPS.
    private let base = Mutex<String?>(nil)

    /// HTTPS is served: links begin with `url` from now on.
    func open(at url: String) {
        base.withLock { $0 = url }
    }

    /// Where HTTPS is served, without a slash at its end; nil while it isn't.
    var address: String? { base.withLock { $0 } }

    /// A new link to everything about the person; nil if nothing is served over HTTPS.
    func link(for person: PersonID) -> String? {
        guard let base = base.withLock({ $0 }) else { return nil }
        return "\(base)/export/\(links.make(for: person, .export))"
    }

    /// The person left.
    func forget(_ person: PersonID) {
        links.forget(person)
    }
}

extension Services {
    /// A link that works once, for an hour, to an archive of everything about the account's person; nil if HTTPS is off.
    func exportLink(for account: Account) -> String? {
        exports.link(for: account.person)
    }
}

extension Configuration {
    /// Where people reach what is served at `bound`, without a slash at its end.
    func publicURL(of bound: Endpoint) -> String {
        guard https.url.isEmpty else { return https.url }
        return "https://\(domain)" + (bound.port == 443 ? "" : ":\(bound.port)")
    }
}
