import XMPP

/// An address that can be read must be the same when it is printed and read again, and when it is made of its parts, which
/// takes the long way of preparation.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    guard let address = try? JID(parsing: text) else { return 0 }
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
    return 0
}

/// By bytes: equality of strings would forgive what normalisation left over.
private func isSame(_ left: JID?, _ right: JID) -> Bool {
    left.map { Array($0.description.utf8) == Array(right.description.utf8) && $0 == right } ?? false
}
