/// What a number is for, as far as its digits tell.
package enum NumberKind: String, Hashable, Sendable, CaseIterable {
    case fixedLine = "fixed-line"
    case mobile
    /// The plan doesn't tell these apart, as in North America.
    case fixedLineOrMobile = "fixed-line-or-mobile"
    case tollFree = "toll-free"
    case premiumRate = "premium-rate"
    case sharedCost = "shared-cost"
    case voip
    case personal
    case pager
    /// One number for a whole company.
    case universal
    case voicemail
    /// Possible by its length, but in no range that the plan assigns.
    case unknown

    /// Kinds that no text should go to: they cost the caller, or nobody reads there.
    package static let neverTexted: Set<NumberKind> = [
        .tollFree, .premiumRate, .sharedCost, .pager, .universal, .voicemail, .unknown
    ]

    /// Kinds that no one-time code should go to: those never texted, and those anyone can rent by the thousand.
    package static let neverSentCodes: Set<NumberKind> = neverTexted.union([.voip, .personal])
}

extension E164 {
    /// Why not to text this number; nil when nothing speaks against it.
    ///
    /// `kinds`: what is refused.
    package func refusal(of kinds: Set<NumberKind> = NumberKind.neverTexted) -> NumberRefusal? {
        let kind = kind
        guard kinds.contains(kind) else { return nil }
        return switch kind {
        case .premiumRate: .premiumRate
        case .sharedCost: .sharedCost
        case .tollFree: .tollFree
        case .unknown: .unassigned
        case .fixedLine, .mobile, .fixedLineOrMobile, .voip, .personal, .pager, .universal, .voicemail:
            .notForTexts
        }
    }
}
