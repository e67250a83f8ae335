/// A compiled pattern over digits, in the small language of the numbering plans: digits, `\d`, classes, groups,
/// alternatives, `?`, `{n}`, `{m,n}` and `$`.
///
/// Matching tries alternatives in order, first come first served, but never the same step at the same place twice:
/// its time is bounded by the product of pattern and input.
struct DigitPattern: Sendable {
    enum Instruction: Sendable {
        /// One digit out of a set: bit n for digit n.
        case digits(UInt16)
        /// First the next instruction, then, if that fails, the one so many further on.
        case orElse(Int32)
        /// So many further on.
        case jump(Int32)
        /// A group's start (even) or end (odd).
        case save(Int32)
        case end
        case match
    }

    /// The longest input looked at; longer ones match nothing.
    static let longestInput = 31

    private let program: [Instruction]
    let groupCount: Int

    /// Nil when the pattern isn't in the language.
    init?(_ pattern: some StringProtocol) {
        var compiler = DigitPatternCompiler(Array(pattern.utf8))
        guard let program = compiler.compile() else { return nil }
        self.program = program
        groupCount = compiler.groupCount
    }

    /// Where a match at the start of the input ends, and what its groups caught.
    struct Match {
        let end: Int
        let groups: [Range<Int>?]
    }

    /// Whether all of the digits (ASCII) match.
    func matchesWhole(_ digits: ArraySlice<UInt8>) -> Bool {
        run(digits, whole: true) != nil
    }

    /// The first match at the start of the digits (ASCII).
    func matchPrefix(_ digits: ArraySlice<UInt8>) -> Match? {
        run(digits, whole: false)
    }

    private enum Pending {
        case attempt(pc: Int, position: Int)
        case restore(slot: Int, position: Int)
    }

    private func run(_ digits: ArraySlice<UInt8>, whole: Bool) -> Match? {
        guard digits.count <= Self.longestInput else { return nil }
        /// Bit n: this instruction was tried at position n.
        var tried = [UInt32](repeating: 0, count: program.count)
        var slots = [Int](repeating: -1, count: 2 * groupCount)
        var pending = [Pending.attempt(pc: 0, position: 0)]
        while let next = pending.popLast() {
            guard case .attempt(var pc, var position) = next else {
                if case .restore(let slot, let old) = next { slots[slot] = old }
                continue
            }
            attempt: while true {
                let bit = UInt32(1) << UInt32(position)
                if tried[pc] & bit != 0 { break attempt }
                tried[pc] |= bit
                switch program[pc] {
                case .digits(let set):
                    guard position < digits.count else { break attempt }
                    let digit = digits[digits.startIndex + position] &- 0x30
                    guard digit < 10, set & (1 << UInt16(digit)) != 0 else { break attempt }
                    position += 1
                    pc += 1
                case .orElse(let distance):
                    pending.append(.attempt(pc: pc + Int(distance), position: position))
                    pc += 1
                case .jump(let distance):
                    pc += Int(distance)
                case .save(let slot):
                    pending.append(.restore(slot: Int(slot), position: slots[Int(slot)]))
                    slots[Int(slot)] = position
                    pc += 1
                case .end:
                    guard position == digits.count else { break attempt }
                    pc += 1
                case .match:
                    if whole, position != digits.count { break attempt }
                    return Match(end: position, groups: Self.groups(slots))
                }
            }
        }
        return nil
    }

    private static func groups(_ slots: [Int]) -> [Range<Int>?] {
        stride(from: 0, to: slots.count, by: 2).map { (index: Int) -> Range<Int>? in
            let start = slots[index]
            let end = slots[index + 1]
            return start >= 0 && end >= start ? start..<end : nil
        }
    }
}
