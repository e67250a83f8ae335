/// Reads one JSON text (RFC 8259) by recursive descent; the limit of depth bounds the recursion.
struct JSONParser {
    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var offset = 0
    private var values = 0

    init(_ bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The whole text as one value.
    mutating func document() throws(JSONError) -> JSON {
        guard bytes.count <= limits.bytes else { throw JSONError(.tooLong, at: max(limits.bytes, 0)) }
        let value = try value(within: 0)
        skipSpace()
        guard offset == bytes.count else { throw failure(.trailingBytes) }
        return value
    }

    private mutating func value(within depth: Int) throws(JSONError) -> JSON {
        skipSpace()
        values += 1
        guard values <= limits.values else { throw failure(.tooManyValues) }
        switch try peek() {
        case UInt8(ascii: "{"): return .object(try object(within: depth))
        case UInt8(ascii: "["): return .array(try array(within: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try word("true")
            return .boolean(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .boolean(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default: return .number(try number())
        }
    }

    private mutating func object(within depth: Int) throws(JSONError) -> JSON.Object {
        let start = offset
        guard depth < limits.depth else { throw failure(.tooDeep) }
        offset += 1
        var members: [(String, JSON)] = []
        guard try !closes(UInt8(ascii: "}")) else { return JSON.Object() }
        repeat {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
            let name = try string()
            skipSpace()
            guard try peek() == UInt8(ascii: ":") else { throw failure(.unexpectedByte) }
            offset += 1
            members.append((name, try value(within: depth + 1)))
        } while try continues(until: UInt8(ascii: "}"))
        let object = JSON.Object(members)
        guard object.count == members.count else { throw JSONError(.duplicateName, at: start) }
        return object
    }

    private mutating func array(within depth: Int) throws(JSONError) -> [JSON] {
        guard depth < limits.depth else { throw failure(.tooDeep) }
        offset += 1
        var elements: [JSON] = []
        guard try !closes(UInt8(ascii: "]")) else { return elements }
        repeat {
            elements.append(try value(within: depth + 1))
        } while try continues(until: UInt8(ascii: "]"))
        return elements
    }

    /// Whether an opened container ends at once, which takes its end.
    private mutating func closes(_ end: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        guard try peek() == end else { return false }
        offset += 1
        return true
    }

    /// Takes the comma before another element, or the end of the container.
    private mutating func continues(until end: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        let byte = try peek()
        guard byte == end || byte == UInt8(ascii: ",") else { throw failure(.unexpectedByte) }
        offset += 1
        return byte != end
    }

    private mutating func word(_ word: StaticString) throws(JSONError) {
        let text = "\(word)".utf8
        let found = bytes[offset...].prefix(text.count)
        guard found.elementsEqual(text) else {
            offset += zip(found, text).prefix { $0 == $1 }.count
            throw failure(offset == bytes.count ? .truncated : .unexpectedByte)
        }
        offset += text.count
    }

    private mutating func number() throws(JSONError) -> JSON.Number {
        let start = offset
        if try peek() == UInt8(ascii: "-") { offset += 1 }
        switch try peek() {
        case UInt8(ascii: "0"): offset += 1
        case UInt8(ascii: "1")...UInt8(ascii: "9"): try digits()
        default: throw failure(offset == start ? .unexpectedByte : .invalidNumber)
        }
        if next == UInt8(ascii: ".") {
            offset += 1
            try digits()
        }
        if let byte = next, byte | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if let sign = next, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { offset += 1 }
            try digits()
        }
        if let byte = next, isDigit(byte) { throw failure(.invalidNumber) }
        let text = bytes[start..<offset]
        let significand = text.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        guard let value = Double(String(decoding: text, as: UTF8.self)), let number = JSON.Number(value),
            value != 0 || !significand.contains(where: { (UInt8(ascii: "1")...UInt8(ascii: "9")).contains($0) })
        else { throw JSONError(.numberOutOfRange, at: start) }
        return number
    }

    private mutating func digits() throws(JSONError) {
        guard isDigit(try peek()) else { throw failure(.invalidNumber) }
        while let byte = next, isDigit(byte) { offset += 1 }
    }

    private mutating func string() throws(JSONError) -> String {
        let start = offset
        offset += 1
        var output: [UInt8] = []
        while true {
            let byte = try peek()
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return try text(output, at: start)
            case UInt8(ascii: "\\"): output.append(contentsOf: try escape())
            case 0..<0x20: throw failure(.controlCharacter)
            default:
                output.append(byte)
                offset += 1
            }
        }
    }

    /// Checks what a string holds (RFC 7493 §2.1).
    private func text(_ bytes: [UInt8], at start: Int) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw JSONError(.invalidUTF8, at: start) }
        // All noncharacters begin with EF or more in UTF-8.
        if bytes.contains(where: { $0 >= 0xEF }), text.unicodeScalars.contains(where: isNoncharacter) {
            throw JSONError(.noncharacter, at: start)
        }
        return text
    }

    private func isNoncharacter(_ scalar: Unicode.Scalar) -> Bool {
        (0xFDD0...0xFDEF).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE
    }

    /// What a backslash and the characters after it stand for, in UTF-8.
    private mutating func escape() throws(JSONError) -> [UInt8] {
        offset += 1
        let byte = try peek()
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(try escapedScalar()).utf8)
        default: throw JSONError(.invalidEscape, at: offset - 2)
        }
    }

    /// The scalar of one escape with four hex digits, or of two that are a surrogate pair; its first `\u` is already taken.
    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let start = offset - 2
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first) else { throw JSONError(.loneSurrogate, at: start) }
        for byte in [UInt8(ascii: "\\"), UInt8(ascii: "u")] {
            guard try peek() == byte else { throw JSONError(.loneSurrogate, at: start) }
            offset += 1
        }
        let second = try codeUnit()
        guard UTF16.isTrailSurrogate(second) else { throw JSONError(.loneSurrogate, at: start) }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Hex.value(of: try peek()) else { throw failure(.invalidEscape) }
            value = value << 4 | UInt16(digit)
            offset += 1
        }
        return value
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private var next: UInt8? {
        offset < bytes.count ? bytes[offset] : nil
    }

    private func peek() throws(JSONError) -> UInt8 {
        guard let next else { throw failure(.truncated) }
        return next
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private func failure(_ reason: JSONError.Reason) -> JSONError {
        JSONError(reason, at: offset)
    }
}
