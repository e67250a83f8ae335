/// Comparing bytes eight at a time; the standard library compares them one by one.
enum RawBytes {
    /// Whether two buffers of the same length hold the same bytes.
    @inline(__always)
    static func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        let (left, right) = (UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
        var index = 0
        while index &+ 8 <= left.count {
            let words = unsafe (
                left.loadUnaligned(fromByteOffset: index, as: UInt64.self),
                right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            )
            guard words.0 == words.1 else { return false }
            index &+= 8
        }
        while index < left.count {
            guard unsafe left[index] == right[index] else { return false }
            index &+= 1
        }
        return true
    }
}
