import Consent
import Wire

/// Texts in which somebody might name a device or a card: the quick look at a stanza's bytes must never miss what the search in its
/// texts finds, however the XML spells them.
func fuzzRefusedIdentifiers(_ bytes: [UInt8]) {
    let whole = String(decoding: bytes, as: UTF8.self)
    check(whole)
    guard let element = try? Element(parsing: bytes) else { return }
    let mayBeNamed = RefusedIdentifier.mayBeNamed(in: element.wholeSource)
    visit(element, mayBeNamed)
}

private func check(_ text: String) {
    let named = RefusedIdentifier.find(in: text, .named)
    precondition(named == nil || RefusedIdentifier.find(in: text, .digits) == named, "a closer look found less")
    let bare = RefusedIdentifier.find(in: text, .digits)
    precondition(bare == nil || RefusedIdentifier.find(in: text, .numbers) != nil, "a closer look found nothing")
    if let bare { precondition(!bare.reason.isEmpty) }
}

private func visit(_ element: Element, _ mayBeNamed: Bool) {
    let text = element.text
    check(text)
    precondition(mayBeNamed || RefusedIdentifier.find(in: text, .named) == nil, "the quick look missed a text")
    for attribute in element.attributes {
        precondition(
            mayBeNamed || RefusedIdentifier.find(in: attribute.value, .named) == nil, "the quick look missed a value")
        precondition(
            mayBeNamed || RefusedIdentifier.find(named: attribute.name, holding: attribute.value) == nil,
            "the quick look missed an attribute")
    }
    precondition(
        mayBeNamed || RefusedIdentifier.find(named: element.name, holding: text) == nil, "the quick look missed a name")
    for child in element.children { visit(child, mayBeNamed) }
}
