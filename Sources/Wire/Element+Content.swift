extension Element {
    /// Tape index of the first record of the content.
    var contentStart: Int {
        let count = Int(storage.tape[index] >> XMLTape.attributeShift & XMLTape.countMask)
        return index + XMLTape.Element.size + count * XMLTape.Attribute.size
    }

    /// Tape index behind the element.
    var contentEnd: Int { field(XMLTape.Element.next) }

    /// Child elements in document order.
    package var children: Children {
        Children(storage: storage, start: contentStart, end: contentEnd)
    }

    /// First child element so named.
    package func first(_ name: QName) -> Element? {
        children.first { $0.matches(name) }
    }

    /// Character data that stands directly in this element, concatenated and decoded.
    package var text: String {
        var single: ArraySlice<UInt8> = []
        var several: [UInt8] = []
        var index = contentStart
        while index < contentEnd {
            guard storage.tape[index] & XMLTape.kindMask == XMLTape.text else {
                index = storage.word(index + XMLTape.Element.next)
                continue
            }
            let part = text(at: index)
            index += XMLTape.Text.size
            if single.isEmpty {
                single = part
            } else {
                if several.isEmpty { several.append(contentsOf: single) }
                several.append(contentsOf: part)
            }
        }
        return String(decoding: several.isEmpty ? single : several[...], as: UTF8.self)
    }

    /// Raw bytes of a text record.
    func rawText(at record: Int) -> ArraySlice<UInt8> {
        let start = storage.word(record + XMLTape.Text.offset)
        return storage.bytes[start..<start + storage.word(record + XMLTape.Text.length)]
    }

    private func text(at record: Int) -> ArraySlice<UInt8> {
        let head = storage.tape[record]
        let raw = rawText(at: record)
        guard head & (XMLTape.Text.references | XMLTape.Text.returns) != 0 else { return raw }
        return XMLText.decoded(raw, as: head & XMLTape.Text.section != 0 ? .section : .content)[...]
    }

    /// The child elements of one element.
    package struct Children: Sequence, Sendable {
        fileprivate let storage: ElementStorage
        fileprivate let start: Int
        fileprivate let end: Int

        package func makeIterator() -> Iterator {
            Iterator(storage: storage, index: start, end: end)
        }

        /// Walks the tape over the siblings.
        package struct Iterator: IteratorProtocol, Sendable {
            fileprivate let storage: ElementStorage
            fileprivate var index: Int
            fileprivate let end: Int

            package mutating func next() -> Element? {
                while index < end {
                    let record = index
                    guard storage.tape[record] & XMLTape.kindMask == XMLTape.element else {
                        index = record + XMLTape.Text.size
                        continue
                    }
                    index = storage.word(record + XMLTape.Element.next)
                    return Element(storage: storage, index: record)
                }
                return nil
            }
        }
    }
}
