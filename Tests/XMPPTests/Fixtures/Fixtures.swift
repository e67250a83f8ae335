import Testing
import Wire

@testable import XMPP

/// The XML of a test row, under the default namespace `jabber:client` unless it says another.
func element(_ xml: String, location: SourceLocation = #_sourceLocation) throws -> Element {
    var xml = xml
    let nameEnd = try #require(xml.firstIndex { " />".contains($0) }, sourceLocation: location)
    let tagEnd = try #require(xml.firstIndex(of: ">"), sourceLocation: location)
    if !xml[..<tagEnd].contains(" xmlns=") { xml.insert(contentsOf: " xmlns='jabber:client'", at: nameEnd) }
    return try Element(parsing: Array(xml.utf8))
}

func stanza(_ xml: String) throws -> Stanza {
    try Stanza(element(xml))
}

func address(_ text: String, location: SourceLocation = #_sourceLocation) throws -> JID {
    try #require(JID(text), sourceLocation: location)
}

/// What a payload writes inside a stanza.
func written(_ body: (inout XMLWriter) -> Void) -> String {
    var writer = XMLWriter(defaultNamespace: Namespace.client)
    body(&writer)
    return String(decoding: writer.finish(), as: UTF8.self)
}

/// A written payload, read again.
func reread(_ body: (inout XMLWriter) -> Void) throws -> Element {
    try element(written(body))
}

func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
}

/// The condition that a refusal names, `nil` if nothing was refused.
func refusal(_ body: () throws -> Void) -> StanzaError.Condition? {
    do {
        try body()
        return nil
    } catch let error as StanzaError {
        return error.condition
    } catch {
        Issue.record(error)
        return nil
    }
}
