import CExpat

/// The same canonical form from libexpat, which is the oracle.
final class Expat {
    struct Document: Equatable {
        /// The root's canonical form.
        var form: String
        /// It used what a stream may not: comments, processing instructions, a DTD.
        var isRestricted: Bool
        /// Character data directly in the root that is not white space.
        var hasRootText: Bool
        /// The root's child elements.
        var children: [String]
    }

    private var form = ""
    private var text: [UInt8] = []
    private var depth = 0
    private var childStart = 0
    private var document = Document(form: "", isRestricted: false, hasRootText: false, children: [])
    /// Can't occur in XML, so it separates namespace from name without doubt.
    private static let separator: UInt8 = 0x0C

    /// What expat reads, or nil if it refuses.
    static func parse(_ bytes: [UInt8]) -> Document? {
        switch read(bytes) {
        case .success(let document): document
        case .failure: nil
        }
    }

    /// The byte at which expat refuses.
    static func fault(in bytes: [UInt8]) -> UInt8? {
        guard case .failure(let refusal) = read(bytes), bytes.indices.contains(refusal.offset) else { return nil }
        return bytes[refusal.offset]
    }

    private struct Refusal: Error {
        let offset: Int
    }

    private static func read(_ bytes: [UInt8]) -> Result<Document, Refusal> {
        let reader = Expat()
        guard let parser = unsafe XML_ParserCreateNS("UTF-8", XML_Char(separator)) else {
            return .failure(Refusal(offset: -1))
        }
        defer { unsafe XML_ParserFree(parser) }
        unsafe XML_SetUserData(parser, Unmanaged.passUnretained(reader).toOpaque())
        unsafe XML_SetElementHandler(
            parser,
            { data, name, attributes in unsafe Expat.of(data)?.start(name, attributes) },
            { data, _ in unsafe Expat.of(data)?.end() })
        unsafe XML_SetCharacterDataHandler(parser) { data, text, count in
            guard let text = unsafe text else { return }
            unsafe Expat.of(data)?.characters(
                UnsafeRawBufferPointer(start: UnsafeRawPointer(text), count: Int(count)).map { $0 })
        }
        unsafe XML_SetCommentHandler(parser) { data, _ in unsafe Expat.of(data)?.document.isRestricted = true }
        unsafe XML_SetProcessingInstructionHandler(parser) { data, _, _ in
            unsafe Expat.of(data)?.document.isRestricted = true
        }
        unsafe XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in
            unsafe Expat.of(data)?.document.isRestricted = true
        }
        let status = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
                unsafe XML_Parse(parser, bytes.baseAddress, CInt(bytes.count), 1)
            }
        }
        guard status == XML_STATUS_OK else {
            return .failure(Refusal(offset: unsafe XML_GetCurrentByteIndex(parser)))
        }
        reader.document.form = reader.form
        return withExtendedLifetime(reader) { .success(reader.document) }
    }

    private static func of(_ data: UnsafeMutableRawPointer?) -> Expat? {
        unsafe data.map { unsafe Unmanaged<Expat>.fromOpaque($0).takeUnretainedValue() }
    }

    private func start(_ name: UnsafePointer<XML_Char>?, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?)
    {
        flush()
        if depth == 1 { childStart = form.utf8.count }
        depth += 1
        var list: [String] = []
        var index = 0
        while let key = unsafe attributes?[index], let value = unsafe attributes?[index + 1] {
            let (namespace, local) = unsafe split(key)
            list.append("{\(namespace)}\(local)=\(Canonical.quoted(unsafe String(cString: value)))")
            index += 2
        }
        guard let name = unsafe name else { return }
        let (namespace, local) = unsafe split(name)
        form += Canonical.open(namespace: namespace, local: local, attributes: list)
    }

    private func end() {
        flush()
        depth -= 1
        form += ")"
        if depth == 1 { document.children.append(String(form.utf8.dropFirst(childStart)) ?? "") }
    }

    private func characters(_ bytes: [UInt8]) {
        if depth == 1, bytes.contains(where: { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }) { document.hasRootText = true }
        text.append(contentsOf: bytes)
    }

    private func flush() {
        guard !text.isEmpty else { return }
        form += Canonical.quoted(String(decoding: text, as: UTF8.self))
        text = []
    }

    private func split(_ name: UnsafePointer<XML_Char>) -> (String, String) {
        let parts = unsafe String(cString: name).split(
            separator: Character(Unicode.Scalar(Self.separator)), omittingEmptySubsequences: false)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : ("", parts.joined())
    }
}
