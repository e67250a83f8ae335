// SPDX-License-Identifier: Apache-2.0

import Consent

/// Where a person stands on one purpose, for sentences about it.
struct ChatStanding {
    let purpose: PurposeCode
    let standing: Standing
    /// When the last decision about it was made, milliseconds since 1970; nil if there was none.
    let decided: Int64?
    /// The version in which the purpose's terms last changed.
    let changed: Int

    /// Folds the ledger of one person for the purposes that `terms` offer, in their order.
    static func all(_ ledger: [Decision], _ terms: Terms) -> [ChatStanding] {
        let standings = [PurposeCode: Standing](folding: ledger)
        return terms.offered.map { purpose in
            ChatStanding(
                purpose: purpose, standing: standings[purpose, default: .never],
                decided: ledger.last { $0.purpose == purpose }?.at, changed: terms.version(inWhichChanged: purpose))
        }
    }

    /// Whether a yes stood, but to terms that have changed since.
    var isStale: Bool {
        switch standing {
        case .granted(let terms, _): terms < changed
        case .stale: true
        case .never, .refused, .withdrawn, .erased: false
        }
    }

    /// In few words, for lists.
    var state: String {
        if isStale { return "off until you agree to the changed terms" }
        return switch standing {
        case .granted(let terms, let since): "on since \(ChatText.date(since)), version \(terms) of the terms"
        case .never: "off; you never turned it on"
        case .refused: "off; you refused it\(day)"
        case .withdrawn: "off; you turned it off\(day)"
        case .stale: "off until you agree to the changed terms"
        case .erased: "off"
        }
    }

    /// A sentence: who decided what when, and how to undo it. `uses` counts what was done under it so far.
    func sentence(uses: Int) -> String {
        let name = purpose.rawValue
        let used = uses == 0 ? "" : ", and it was used \(ChatText.times(uses)) since the beginning"
        let end: String
        switch standing {
        case .granted(let terms, let since) where !isStale:
            return "\(name): on, because you turned it on on \(ChatText.date(since)), under version \(terms) of the "
                + "terms\(used). To undo it, write: off \(name)"
        case .granted(let terms, _), .stale(let terms):
            return "\(name): stale. You turned it on under version \(terms) of the terms; version \(changed) changed "
                + "it, so it permits nothing\(used). To renew it, write: on \(name). To end it: no \(name)"
        case .never: end = "you never turned it on"
        case .refused: end = "you refused it\(day)"
        case .withdrawn: end = "you turned it off\(day), and its key was destroyed"
        case .erased: end = "it was erased\(day)"
        }
        return "\(name): off; \(end)\(used). To turn it on, write: on \(name)"
    }

    private var day: String { decided.map { " on \(ChatText.date($0))" } ?? "" }
}
