/// Layout of the offset tape: 32-bit words, three kinds of records, every byte offset relative to the stanza's first byte.
///
/// An element's record is followed by its attributes' records, then by the records of its content in document order, so a
/// record is skipped by `next`. A *namespace reference* is 0 for none, 1 for the `xml` namespace, the tape index of the
/// declaring attribute's record, or `inherited` plus an index into the stream header's bindings.
enum XMLTape {
    /// `head` holds the kind in the low byte, then 12 bits of attribute count, then 12 bits of declarations in scope.
    enum Element {
        static let size = 10
        static let head = 0
        /// Index behind the subtree; while the element is open, its parent's index.
        static let next = 1
        static let name = 2
        /// `Shape` of the name.
        static let shape = 3
        static let namespace = 4
        /// The default namespace in scope inside the element.
        static let defaultNamespace = 5
        /// The innermost prefix binding in scope: index of its record, 0 for none but the stream's.
        static let bindings = 6
        /// Byte offset behind the element.
        static let end = 7
        /// Lowest index of a binding record that a prefix in the subtree refers to; 0 if one of the stream's.
        static let lowestBinding = 8
        /// Byte offset behind the opening tag.
        static let content = 9
    }

    enum Attribute {
        static let size = 5
        static let name = 0
        static let shape = 1
        static let value = 2
        /// Value length, shifted by `lengthShift`, and flags.
        static let length = 3
        /// Namespace reference; for a declaration of a prefix, the next outer binding.
        static let namespace = 4

        static let decode: UInt32 = 1
        static let declaration: UInt32 = 2
        static let lengthShift: UInt32 = 2
    }

    enum Text {
        static let size = 3
        static let head = 0
        static let offset = 1
        static let length = 2

        static let references: UInt32 = 0x100
        static let returns: UInt32 = 0x200
        static let section: UInt32 = 0x400
    }

    static let element: UInt32 = 1
    static let text: UInt32 = 2
    static let kindMask: UInt32 = 0xFF
    static let countMask: UInt32 = 0xFFF
    static let attributeShift: UInt32 = 8
    static let bindingShift: UInt32 = 20

    static let noNamespace: UInt32 = 0
    static let xmlNamespace: UInt32 = 1
    static let inherited: UInt32 = 0x8000_0000
}

/// Lengths of a qualified name in one word: prefix (0 for none, without the colon) and whole name.
struct NameShape {
    let word: UInt32

    @inline(__always) init(_ word: UInt32) { self.word = word }
    @inline(__always) init(prefix: Int, whole: Int) {
        word = UInt32(truncatingIfNeeded: prefix) << 16 | UInt32(truncatingIfNeeded: whole)
    }

    @inline(__always) var prefix: Int { Int(word >> 16) }
    @inline(__always) var whole: Int { Int(word & 0xFFFF) }
    /// Distance from the name's first byte to its local part.
    @inline(__always) var local: Int { prefix == 0 ? 0 : prefix + 1 }
}
