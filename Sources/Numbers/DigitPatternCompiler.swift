/// Turns a pattern's text into instructions. Repetitions are written out, so programs have no loops; jumps are
/// relative, so that pieces fit together anywhere.
struct DigitPatternCompiler {
    private typealias Piece = [DigitPattern.Instruction]

    private let source: [UInt8]
    private var position = 0
    private(set) var groupCount = 0

    init(_ source: [UInt8]) {
        self.source = source
    }

    /// Nil when something isn't in the language.
    mutating func compile() -> [DigitPattern.Instruction]? {
        guard let piece = alternatives(), position == source.count else { return nil }
        return piece + [.match]
    }

    private var next: UInt8? {
        position < source.count ? source[position] : nil
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let expected = Array(text.description.utf8)
        guard source[position...].starts(with: expected) else { return false }
        position += expected.count
        return true
    }

    /// a|b|c
    private mutating func alternatives() -> Piece? {
        var branches: [Piece] = []
        repeat {
            guard let branch = sequence() else { return nil }
            branches.append(branch)
        } while take("|")

        var result = branches.removeLast()
        for branch in branches.reversed() {
            result = [.orElse(Int32(branch.count + 2))] + branch + [.jump(Int32(result.count + 1))] + result
        }
        return result
    }

    private mutating func sequence() -> Piece? {
        var result: Piece = []
        while let character = next, character != UInt8(ascii: "|"), character != UInt8(ascii: ")") {
            guard let atom = atom(), let repeated = repetition(of: atom) else { return nil }
            result += repeated
        }
        return result
    }

    /// ? {n} {m,n}, or once.
    private mutating func repetition(of atom: Piece) -> Piece? {
        var least = 1
        var most = 1
        if take("?") {
            least = 0
        } else if take("{") {
            guard let first = number() else { return nil }
            least = first
            most = first
            if take(",") {
                guard let second = number(), second >= first else { return nil }
                most = second
            }
            guard take("}") else { return nil }
        }
        var optional: Piece = []
        for _ in least..<most {
            optional = [.orElse(Int32(atom.count + optional.count + 1))] + atom + optional
        }
        return Array(repeatElement(atom, count: least).joined()) + optional
    }

    /// A digit, `\d`, a class, `$` or a group.
    private mutating func atom() -> Piece? {
        if take("\\d") { return [.digits(0x3FF)] }
        if take("$") { return [.end] }
        if take("[") { return digitClass().map { [.digits($0)] } }
        if take("(?:") {
            guard let inner = alternatives(), take(")") else { return nil }
            return inner
        }
        if take("(") {
            let slot = Int32(2 * groupCount)
            groupCount += 1
            guard let inner = alternatives(), take(")") else { return nil }
            return [.save(slot)] + inner + [.save(slot + 1)]
        }
        return digit().map { [.digits(1 << UInt16($0))] }
    }

    /// What stands between brackets: digits and ranges of them.
    private mutating func digitClass() -> UInt16? {
        var set: UInt16 = 0
        while let first = digit() {
            var last = first
            if take("-") {
                guard let end = digit(), end >= first else { return nil }
                last = end
            }
            for member in first...last {
                set |= 1 << UInt16(member)
            }
        }
        return take("]") ? set : nil
    }

    private mutating func digit() -> UInt8? {
        guard let character = next, (0x30...0x39).contains(character) else { return nil }
        position += 1
        return character - 0x30
    }

    /// At most 31: no input is longer.
    private mutating func number() -> Int? {
        var value: Int?
        while let digit = digit() {
            let grown = (value ?? 0) * 10 + Int(digit)
            guard grown <= DigitPattern.longestInput else { return nil }
            value = grown
        }
        return value
    }
}
