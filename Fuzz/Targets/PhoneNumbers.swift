import Numbers

/// Whatever is typed, what comes out is E.164 and reads the same when typed again.
func fuzzPhoneNumbers(_ bytes: [UInt8]) {
    guard bytes.count > 2 else { return }
    let region = CountryCode(rawValue: String(decoding: bytes[..<2], as: UTF8.self))
    let text = String(decoding: bytes[2...], as: UTF8.self)
    guard let number = try? E164(normalising: text, region: region) else { return }
    precondition(E164(digits: number.digits) == number)
    precondition(
        (try? E164(normalising: "+" + number.digits, region: region)) == number, "another number when read again")
    _ = number.refusal()
    _ = number.region
}
