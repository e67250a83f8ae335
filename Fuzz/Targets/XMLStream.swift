import Wire

/// One stream, whole and in pieces: the pieces' sizes come from the first byte on. Both must end alike, and every element
/// must survive being written and parsed again.
func fuzzXMLStream(_ input: [UInt8]) {
    guard let seed = input.first else { return }
    let limits =
        seed & 1 == 0
        ? XMLLimits(stanzaBytes: 512, depth: 4, attributes: 4, nameBytes: 16, namespaces: 3) : .clientDefault
    let bytes = Array(input.dropFirst())
    let whole = outcome([bytes], limits: limits)
    let pieces = outcome(split(bytes, seed: UInt64(seed)), limits: limits)
    precondition(whole == pieces, "it mattered how the bytes were cut")
    if let element = try? Element(parsing: bytes, limits: limits) { reparse(element) }
}

/// Everything that a stream says, in a form that can be compared.
private func outcome(_ pieces: [[UInt8]], limits: XMLLimits) -> [String] {
    var parser = XMLStreamParser(limits: limits)
    var result: [String] = []
    do throws(XMLError) {
        for piece in pieces {
            parser.feed(piece)
            while let event = try parser.next() {
                switch event {
                case .opened(let header):
                    let bytes = header.serialized
                    result.append("\(header) \(bytes.count)")
                case .element(let element):
                    result.append(describe(element))
                    reparse(element)
                case .closed: result.append("closed")
                }
            }
            precondition(parser.bufferedByteCount >= 0 && parser.bufferedByteCount <= limits.stanzaBytes + 300)
        }
    } catch {
        result.append("\(error.code) at \(error.offset)")
    }
    return result
}

private func reparse(_ element: Element) {
    let bytes = element.serialized
    let limits = XMLLimits(stanzaBytes: 1 << 20, attributes: 1000, namespaces: 1000)
    guard let again = try? Element(parsing: bytes, limits: limits) else {
        preconditionFailure("what was written can't be read")
    }
    precondition(describe(again) == describe(element), "writing changed the meaning")
    var writer = XMLWriter(defaultNamespace: "w")
    writer.start(namespace: element.namespace, local: element.name)
    for attribute in element.attributes where attribute.namespace.isEmpty { writer.text(attribute.value) }
    element.writeContent(into: &writer)
    precondition((try? Element(parsing: writer.finish(), limits: limits)) != nil, "content can't be read")
    element.write(into: &writer, replacing: [("a", "<'"), ("b", nil)])
    let wrapped = Array("<s xmlns='w'>".utf8) + writer.finish() + Array("</s>".utf8)
    let replaced = (try? Element(parsing: wrapped, limits: limits))?.children.first { _ in true }
    precondition(replaced?["a"] == "<'" && replaced?.attribute("b", equals: "") == false, "attributes weren't replaced")
    precondition(replaced.map(content) == content(element), "replacing attributes changed the content")
}

private func describe(_ element: Element) -> String {
    let attributes = element.attributes.map { "\($0.namespace)|\($0.name)=\($0.value)" }.joined(separator: " ")
    return "{\(element.namespace)}\(element.name)[\(attributes)](\(content(element)))"
}

private func content(_ element: Element) -> String {
    "\(element.text);" + element.children.map(describe).joined(separator: ",")
}

private func split(_ bytes: [UInt8], seed: UInt64) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var index = 0
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    while index < bytes.count {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let size = seed & 6 == 0 ? 1 : Int(state >> 60) + 1
        let end = min(bytes.count, index + size)
        pieces.append(Array(bytes[index..<end]))
        index = end
    }
    return pieces
}
