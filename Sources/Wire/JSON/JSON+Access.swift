extension JSON {
    /// An integer: a number if every reader keeps it exact, that is from -(2^53 - 1) to 2^53 - 1, else its decimal digits
    /// as a text (RFC 7493 §2.2).
    package init(_ integer: some BinaryInteger) {
        if let number = Number(exactly: integer) { self = .number(number) } else { self = .string("\(integer)") }
    }

    /// The value of a member; nil if there is none of this name or this is no object.
    package subscript(name: String) -> JSON? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    /// The element at a place; nil if there is none or this is no array.
    package subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The text, or nil if this is none.
    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The number if it is a whole one that every reader keeps exact, from -(2^53 - 1) to 2^53 - 1, or nil.
    package var integer: Int64? {
        if case .number(let value) = self { value.integer } else { nil }
    }

    /// The number, or nil if this is none.
    package var number: Double? {
        if case .number(let value) = self { value.value } else { nil }
    }

    /// The truth value, or nil if this is none.
    package var boolean: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }

    /// The elements of an array, or nil if this is none.
    package var array: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members of an object, or nil if this is none.
    package var object: Object? {
        if case .object(let value) = self { value } else { nil }
    }
}
