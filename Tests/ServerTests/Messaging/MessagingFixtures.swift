// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire
import XMPP

/// The XML of a test row, under the default namespace `jabber:client` unless it says another.
func xml(_ text: String, location: SourceLocation = #_sourceLocation) throws -> Element {
    var text = text
    let nameEnd = try #require(text.firstIndex { " />".contains($0) }, sourceLocation: location)
    let tagEnd = try #require(text.firstIndex(of: ">"), sourceLocation: location)
    if !text[..<tagEnd].contains(" xmlns=") { text.insert(contentsOf: " xmlns='jabber:client'", at: nameEnd) }
    return try Element(parsing: Array(text.utf8))
}

func jid(_ text: String, location: SourceLocation = #_sourceLocation) throws -> JID {
    try #require(JID(text), sourceLocation: location)
}
