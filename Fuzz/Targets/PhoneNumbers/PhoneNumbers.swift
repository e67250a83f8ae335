import Numbers

/// Whatever is typed, what comes out is E.164 and reads the same when typed again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard bytes.count > 2 else { return 0 }
    let region = CountryCode(rawValue: String(decoding: bytes[..<2], as: UTF8.self))
    let text = String(decoding: bytes[2...], as: UTF8.self)
    guard let number = try? E164(normalising: text, region: region) else { return 0 }
    precondition(E164(digits: number.digits) == number)
    precondition(
        (try? E164(normalising: "+" + number.digits, region: region)) == number, "another number when read again")
    _ = number.refusal()
    _ = number.region
    return 0
}
