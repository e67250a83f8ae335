/// Decoding of A-labels (RFC 3492).
enum Punycode {
    /// The Unicode text, or nil if the input isn't Punycode. `encoded` is what follows `xn--`, in lowercase; at most a
    /// label's 59 bytes are read, which bounds the work.
    static func decode(_ encoded: some Collection<UInt8>) -> String? {
        guard encoded.count <= 59 else { return nil }
        let bytes = Array(encoded)
        let delimiter = bytes.lastIndex(of: UInt8(ascii: "-"))
        var output = bytes[..<(delimiter ?? 0)].map { Unicode.Scalar($0) }
        var input = bytes[(delimiter.map { $0 + 1 } ?? 0)...]
        var codePoint = 128
        var index = 0
        var bias = 72
        while !input.isEmpty {
            let oldIndex = index
            var weight = 1
            var position = 36
            while true {
                guard let digit = input.popFirst().flatMap(value(ofDigit:)) else { return nil }
                let (step, overflow) = digit.multipliedReportingOverflow(by: weight)
                guard !overflow, index <= Int(UInt32.max) - step else { return nil }
                index += step
                let threshold = min(max(position - bias, 1), 26)
                if digit < threshold { break }
                weight *= 36 - threshold
                guard weight <= Int(UInt32.max) else { return nil }
                position += 36
            }
            let count = output.count + 1
            bias = adaptedBias(delta: index - oldIndex, count: count, isFirst: oldIndex == 0)
            codePoint += index / count
            index %= count
            guard codePoint <= 0x10FFFF, let scalar = Unicode.Scalar(UInt32(codePoint)) else { return nil }
            output.insert(scalar, at: index)
            index += 1
        }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: output)
        return String(result)
    }

    private static func value(ofDigit byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a"))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0")) + 26
        default: nil
        }
    }

    private static func adaptedBias(delta: Int, count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var bias = 0
        while delta > 455 {
            delta /= 35
            bias += 36
        }
        return bias + 36 * delta / (delta + 38)
    }
}
