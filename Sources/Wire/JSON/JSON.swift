/// A value of I-JSON (RFC 7493): what JSON (RFC 8259) every reader understands alike.
///
/// Texts are compared by their code points, not by what they look like: `é` in one and in two code points differ.
package enum JSON: Sendable {
    case null
    case boolean(Bool)
    case number(Number)
    case string(String)
    case array([JSON])
    case object(Object)

    /// The value written in `bytes`, which are UTF-8 with nothing before it or after it but white space.
    ///
    /// Refuses what readers disagree about (RFC 7493 §2): names that come twice, lone surrogates and noncharacters,
    /// numbers that no double holds; and whatever goes beyond `limits`.
    package init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        var parser = JSONParser(bytes, limits: limits)
        self = try parser.document()
    }

    /// The one way to write this value (RFC 8785): no white space, names in the order of their UTF-16 code units.
    package var canonical: [UInt8] {
        var writer = JSONWriter(indents: false)
        writer.write(self)
        return writer.bytes
    }

    /// The value on lines that people can read, two spaces a level, ending with a line feed. Names are in canonical order.
    package var pretty: [UInt8] {
        var writer = JSONWriter(indents: true)
        writer.write(self)
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

extension JSON: Equatable {
    package static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.boolean(let left), .boolean(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

/// There is no literal for null: `nil` stays what a missing member is.
extension JSON: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(booleanLiteral value: Bool) {
        self = .boolean(value)
    }

    package init(integerLiteral value: Int64) {
        self.init(value)
    }

    package init(stringLiteral value: String) {
        self = .string(value)
    }

    package init(arrayLiteral elements: JSON...) {
        self = .array(elements)
    }

    /// Of a name that comes twice, the last value counts.
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Object(elements))
    }
}
