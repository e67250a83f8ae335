import Wire

/// JSON values of every shape.
enum RandomJSON {
    private static let pieces = [
        "a", "\"", "\\", "/", "\u{0}", "\n", "\u{1F}", "\u{7F}", "\u{80}", "é", "e\u{301}", "ö", "€", "\u{FB33}",
        "\u{FFFD}", "😀", "\u{10FFFD}", "\u{2028}", " "
    ]

    static func text(using generator: inout SeededRandom) -> String {
        (0..<Int.random(in: 0...6, using: &generator)).map { _ in
            pieces[Int.random(in: 0..<pieces.count, using: &generator)]
        }.joined()
    }

    static func value(depth: Int, using generator: inout SeededRandom) -> JSON {
        switch Int.random(in: 0...(depth > 0 ? 7 : 5), using: &generator) {
        case 0: return .null
        case 1: return .boolean(Bool.random(using: &generator))
        case 2: return JSON(Int64.random(in: -9_007_199_254_740_991...9_007_199_254_740_991, using: &generator))
        case 3: return JSON.Number(Double(bitPattern: generator.next())).map(JSON.number) ?? 0
        case 4, 5: return .string(text(using: &generator))
        case 6:
            return .array(
                (0..<Int.random(in: 0...5, using: &generator)).map { _ in value(depth: depth - 1, using: &generator) })
        default:
            var object = JSON.Object()
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                object[text(using: &generator)] = value(depth: depth - 1, using: &generator)
            }
            return .object(object)
        }
    }
}
