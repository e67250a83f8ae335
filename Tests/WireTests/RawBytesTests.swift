import Testing

@testable import Wire

@Suite struct RawBytesTests {
    @Test func `bytes are equal when all of them are`() {
        for count in 0...40 {
            let bytes = (0..<count).map { UInt8($0) }
            #expect(equal(bytes, bytes))
            #expect(!equal(bytes, bytes + [0]))
            for index in bytes.indices {
                var other = bytes
                other[index] ^= 0x80
                #expect(!equal(bytes, other), "\(count) bytes that differ at \(index)")
            }
        }
    }

    private func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        unsafe left.withUnsafeBufferPointer { left in
            unsafe right.withUnsafeBufferPointer { right in unsafe RawBytes.equal(left, right) }
        }
    }
}
