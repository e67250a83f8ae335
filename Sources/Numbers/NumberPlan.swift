/// The numbering plan of one country or territory.
struct NumberPlan: Sendable {
    /// One kind of numbers within the plan.
    struct Range: Sendable {
        let kind: NumberKind
        /// Bit n: numbers of n digits occur. 0 when any length that the pattern takes will do.
        let lengths: UInt32
        let pattern: DigitPattern

        func contains(_ national: ArraySlice<UInt8>) -> Bool {
            if lengths != 0, !NumberPlan.bit(national.count, in: lengths) { return false }
            return pattern.matchesWhole(national)
        }
    }

    /// How a number's length fits the plan.
    enum LengthFit {
        case possible
        /// Possible only without area code.
        case localOnly
        case tooShort
        case tooLong
        /// Between lengths that occur.
        case neither
    }

    let region: CountryCode
    let callingCode: UInt16
    /// Dialled before a country code, such as 00.
    let internationalPrefix: DigitPattern?
    /// Dialled before a national number, such as 0; with what must be kept as its last group.
    let nationalPrefix: DigitPattern?
    /// What replaces the national prefix, around that group; nil when it is just dropped.
    let transform: Transform?
    /// Tells the plan's numbers from others under the same calling code.
    let leadingDigits: DigitPattern?
    let lengths: UInt32
    let localLengths: UInt32
    let general: Range
    /// The order decides about numbers that fit several.
    let ranges: [Range]

    /// A national number after its prefix: digits, then a group.
    struct Transform: Sendable {
        let digits: [UInt8]
        /// From 1.
        let group: Int
    }

    func fit(_ count: Int) -> LengthFit {
        if Self.bit(count, in: localLengths) { return .localOnly }
        if Self.bit(count, in: lengths) { return .possible }
        if count < lengths.trailingZeroBitCount { return .tooShort }
        return count >= UInt32.bitWidth - lengths.leadingZeroBitCount ? .tooLong : .neither
    }

    /// What a number is for; `unknown` when it is in no assigned range.
    func kind(of national: ArraySlice<UInt8>) -> NumberKind {
        guard general.contains(national) else { return .unknown }
        guard let first = ranges.first(where: { $0.contains(national) }) else { return .unknown }
        guard first.kind == .fixedLine else { return first.kind }
        let isMobileToo = ranges.contains { $0.kind == .mobile && $0.contains(national) }
        return isMobileToo ? .fixedLineOrMobile : .fixedLine
    }

    /// The number without its national prefix, as it is if it has none or is better off with it.
    func strippingNationalPrefix(_ national: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let nationalPrefix, let match = nationalPrefix.matchPrefix(national) else { return national }
        let rest = national.dropFirst(match.end)
        let stripped: ArraySlice<UInt8>
        if let transform, let last = match.groups.last, last != nil {
            let kept = match.groups.indices.contains(transform.group - 1) ? match.groups[transform.group - 1] : nil
            let group = kept.map { national.dropFirst($0.lowerBound).prefix($0.count) } ?? []
            stripped = transform.digits[...] + group + rest
        } else {
            stripped = rest
        }
        let spoils = general.pattern.matchesWhole(national) && !general.pattern.matchesWhole(stripped)
        return spoils ? national : stripped
    }

    static func bit(_ index: Int, in mask: UInt32) -> Bool {
        index < UInt32.bitWidth && mask & (1 << UInt32(index)) != 0
    }
}
