import Testing
import Wire

/// What is refused, why, and where.
@Suite struct JSONRefusalTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let reason: JSONError.Reason
        let offset: Int

        init(_ text: String, _ reason: JSONError.Reason, _ offset: Int) {
            self.init(Array(text.utf8), reason, offset)
        }

        init(_ bytes: [UInt8], _ reason: JSONError.Reason, _ offset: Int) {
            self.bytes = bytes
            self.reason = reason
            self.offset = offset
        }

        var testDescription: String { String(decoding: bytes, as: UTF8.self) }
    }

    static let rows: [Row] = [
        Row("", .truncated, 0), Row(" \n", .truncated, 2), Row("[", .truncated, 1), Row("[1", .truncated, 2),
        Row("[1,", .truncated, 3), Row("{\"a\"", .truncated, 4), Row("{\"a\":", .truncated, 5),
        Row("{\"a\":1,", .truncated, 7), Row("\"a", .truncated, 2), Row("\"\\", .truncated, 2),
        Row("\"\\u12", .truncated, 5), Row("tru", .truncated, 3), Row("-", .truncated, 1), Row("1.", .truncated, 2),
        Row("1e", .truncated, 2), Row("1e+", .truncated, 3),
        Row("[1,]", .unexpectedByte, 3), Row("[,1]", .unexpectedByte, 1), Row("{,}", .unexpectedByte, 1),
        Row("{\"a\":1,}", .unexpectedByte, 7), Row("{a:1}", .unexpectedByte, 1), Row("{1:1}", .unexpectedByte, 1),
        Row("{\"a\" 1}", .unexpectedByte, 5), Row("{\"a\":}", .unexpectedByte, 5), Row("[1 2]", .unexpectedByte, 3),
        Row("[1}", .unexpectedByte, 2), Row("{\"a\":1]", .unexpectedByte, 6), Row("'a'", .unexpectedByte, 0),
        Row("True", .unexpectedByte, 0), Row("trUe", .unexpectedByte, 2), Row("nul!", .unexpectedByte, 3),
        Row("NaN", .unexpectedByte, 0), Row("Infinity", .unexpectedByte, 0), Row("+1", .unexpectedByte, 0),
        Row(".5", .unexpectedByte, 0), Row("// x\n1", .unexpectedByte, 0), Row("\u{FEFF}1", .unexpectedByte, 0),
        Row("\u{A0}1", .unexpectedByte, 0), Row("\u{B}1", .unexpectedByte, 0), Row([0xFF], .unexpectedByte, 0),
        Row("\0", .unexpectedByte, 0),
        Row("1 2", .trailingBytes, 2), Row("{}}", .trailingBytes, 2), Row("null,", .trailingBytes, 4),
        Row("1\0", .trailingBytes, 1), Row("truely", .trailingBytes, 4), Row("0x10", .trailingBytes, 1),
        Row("1_000", .trailingBytes, 1), Row("0..1", .invalidNumber, 2),
        Row("01", .invalidNumber, 1), Row("-01", .invalidNumber, 2), Row("00", .invalidNumber, 1),
        Row("1.e5", .invalidNumber, 2), Row("-a", .invalidNumber, 1), Row("-.5", .invalidNumber, 1),
        Row("--1", .invalidNumber, 1), Row("1e5.5", .trailingBytes, 3), Row("1ee5", .invalidNumber, 2),
        Row("-Infinity", .invalidNumber, 1),
        Row("1e309", .numberOutOfRange, 0), Row("-1e309", .numberOutOfRange, 0),
        Row("[1,1e-400]", .numberOutOfRange, 3), Row("1e99999999999999999999", .numberOutOfRange, 0),
        Row("1" + String(repeating: "0", count: 309), .numberOutOfRange, 0),
        Row("\"\\x41\"", .invalidEscape, 1), Row("\"\\u{41}\"", .invalidEscape, 3),
        Row("\"\\u00g0\"", .invalidEscape, 5), Row("\"\\U0041\"", .invalidEscape, 1),
        Row("\"\\'\"", .invalidEscape, 1), Row("\"\\u+123\"", .invalidEscape, 3),
        Row("\"a\nb\"", .controlCharacter, 2), Row("\"\t\"", .controlCharacter, 1),
        Row("\"\0\"", .controlCharacter, 1), Row("{\"\u{1F}\":1}", .controlCharacter, 2),
        Row("\"\\ud800\"", .loneSurrogate, 1), Row("\"\\udc00\"", .loneSurrogate, 1),
        Row("\"\\ud800a\"", .loneSurrogate, 1), Row("\"\\ud800\\n\"", .loneSurrogate, 1),
        Row("\"\\udc00\\ud800\"", .loneSurrogate, 1), Row("\"\\ud800\\ud800\"", .loneSurrogate, 1),
        Row("{\"\\ud800\":1}", .loneSurrogate, 2),
        Row([0x22, 0xED, 0xA0, 0x80, 0x22], .invalidUTF8, 0), Row([0x22, 0xFF, 0x22], .invalidUTF8, 0),
        Row([0x22, 0xC0, 0x80, 0x22], .invalidUTF8, 0), Row([0x22, 0xC3, 0x22], .invalidUTF8, 0),
        Row([0x5B, 0x22, 0xF4, 0x90, 0x80, 0x80, 0x22, 0x5D], .invalidUTF8, 1),
        Row([0x22, 0xEF, 0xBF, 0xBE, 0x22], .noncharacter, 0), Row("\"\\uFFFF\"", .noncharacter, 0),
        Row([0x22, 0xEF, 0xB7, 0x90, 0x22], .noncharacter, 0), Row("\"\\ufdef\"", .noncharacter, 0),
        Row([0x22, 0xF4, 0x8F, 0xBF, 0xBF, 0x22], .noncharacter, 0),
        Row("{\"\\ud83f\\udffe\":1}", .noncharacter, 1),
        Row("{\"a\":1,\"b\":2,\"a\":1}", .duplicateName, 0), Row("[{\"a\":1,\"\\u0061\":1}]", .duplicateName, 1)
    ]

    @Test(arguments: rows)
    func refused(row: Row) {
        #expect(throws: JSONError(row.reason, at: row.offset)) { try JSON(parsing: row.bytes) }
    }

    /// The table above has a row for every reason but the limits.
    @Test func `every reason is tested`() {
        let tested = Set(Self.rows.map(\.reason)).union([.tooLong, .tooDeep, .tooManyValues])
        #expect(tested == Set(JSONError.Reason.allCases))
    }

    @Test func limits() throws {
        func parse(_ text: String, bytes: Int = 100, depth: Int = 100, values: Int = 100) throws(JSONError) -> JSON {
            try JSON(parsing: Array(text.utf8), limits: JSONLimits(bytes: bytes, depth: depth, values: values))
        }
        #expect(try parse("[1]", bytes: 3) == [1])
        #expect(throws: JSONError(.tooLong, at: 3)) { try parse("[1] ", bytes: 3) }
        #expect(try parse("[[],{}]", depth: 2) == [[], [:]])
        #expect(throws: JSONError(.tooDeep, at: 2)) { try parse("[[[]]]", depth: 2) }
        #expect(throws: JSONError(.tooDeep, at: 5)) { try parse("{\"a\":[]}", depth: 1) }
        #expect(try parse("3", depth: 0) == 3)
        #expect(throws: JSONError(.tooDeep, at: 0)) { try parse("[]", depth: 0) }
        #expect(try parse("[1,{\"a\":2}]", values: 4) == [1, ["a": 2]])
        #expect(throws: JSONError(.tooManyValues, at: 5)) { try parse("[1,2,3]", values: 3) }
        #expect(throws: JSONError(.tooDeep, at: 32)) { try JSON(parsing: Array(repeating: 0x5B, count: 100_000)) }
    }

    /// No text that goes on is taken for one that has ended.
    @Test func `cut anywhere`() throws {
        let whole = Array(#"{"a":[1.5e+7,"\u00e9\ud83d\ude00\n",true,false,null,{"b":{}}],"é":-0.25}"#.utf8)
        _ = try JSON(parsing: whole)
        for count in 0..<whole.count {
            #expect(throws: JSONError(.truncated, at: count)) { try JSON(parsing: Array(whole.prefix(count))) }
        }
    }

    @Test func `an error says where and repeats nothing`() {
        #expect("\(JSONError(.duplicateName, at: 7))" == "not valid JSON at byte 7: an object has the same name twice")
    }
}
