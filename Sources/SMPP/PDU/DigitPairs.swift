extension Array where Element == UInt8 {
    /// Two decimal digits after each other, as one number each: how SMPP writes times. Nil when others occur, or
    /// one is left over.
    var digitPairs: [Int]? {
        guard count.isMultiple(of: 2), allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return stride(from: 0, to: count, by: 2).map { (index: Int) -> Int in
            let tens = Int(self[index]) - 0x30
            let ones = Int(self[index + 1]) - 0x30
            return tens * 10 + ones
        }
    }
}

extension Int {
    /// With a leading zero below ten.
    var twoDigits: String {
        self < 10 ? "0\(self)" : "\(self)"
    }
}
