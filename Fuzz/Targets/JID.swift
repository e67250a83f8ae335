import XMPP

/// An address that can be read must be the same when it is printed and read again, and when it is made of its parts, which
/// takes the long way of preparation.
func fuzzJID(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    checkEscaping(text)
    guard let address = try? JID(parsing: text) else { return }
    let printed = address.description
    precondition(isSame(try? JID(parsing: printed), address), "it isn't itself when read again")
    let parts = try? JID(local: address.local, domain: address.domain, resource: address.resource)
    precondition(isSame(parts, address), "its parts make another address")
    precondition(address.bare.description.utf8.count <= 2 * JID.maximumPartLength + 1)
    precondition(address.isAt(domain: address.domain))
    precondition(address.bare.bare == address.bare && !address.bare.isFull)
    if let alias = address.numberAlias {
        precondition(
            address.isNumberLike && alias.utf8.first == UInt8(ascii: "+") && (4...16).contains(alias.utf8.count))
    }
}

/// By bytes: equality of strings would forgive what normalisation left over.
private func isSame(_ left: JID?, _ right: JID) -> Bool {
    left.map { Array($0.description.utf8) == Array(right.description.utf8) && $0 == right } ?? false
}

/// XEP-0106: whatever ASCII somebody's name elsewhere has, its escaped form is a localpart that preparation leaves alone, and says the
/// name again when it is unescaped.
private func checkEscaping(_ text: String) {
    let name = text.utf8.filter { (0x20...0x7E).contains($0) && !(0x41...0x5A).contains($0) }.prefix(200)
    guard !name.isEmpty else { return }
    let escaped = escape(Array(name))
    guard let address = try? JID(local: String(decoding: escaped, as: UTF8.self), domain: "gateway.example") else {
        preconditionFailure("an escaped name is no localpart")
    }
    let local = Array((address.local ?? "").utf8)
    precondition(local == escaped && unescape(local) == Array(name), "an escaped name became another")
    precondition(JID(address.description) == address)
}

private let codes: [UInt8: [UInt8]] = Dictionary(
    uniqueKeysWithValues: Array(" \"&'/:<>@\\".utf8).map { ($0, Array(String($0, radix: 16).utf8)) })

private func escape(_ name: [UInt8]) -> [UInt8] {
    name.indices.flatMap { index -> [UInt8] in
        guard let code = codes[name[index]] else { return [name[index]] }
        // A backslash is escaped only where it would begin an escape.
        let isPlain =
            name[index] == UInt8(ascii: "\\") && !codes.values.contains { name[(index + 1)...].starts(with: $0) }
        return isPlain ? [name[index]] : [UInt8(ascii: "\\")] + code
    }
}

private func unescape(_ text: [UInt8]) -> [UInt8] {
    var name: [UInt8] = []
    var rest = text[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "\\"), let (plain, code) = codes.first(where: { rest.starts(with: $0.value) }) {
            name.append(plain)
            rest = rest.dropFirst(code.count)
        } else {
            name.append(byte)
        }
    }
    return name
}
