/// The XML namespaces that Hoopoe speaks, each in one place.
package enum Namespace {
    // RFC 6120, RFC 6121
    package static let client: StaticString = "jabber:client"
    package static let server: StaticString = "jabber:server"
    package static let streams: StaticString = "http://etherx.jabber.org/streams"
    package static let streamErrors: StaticString = "urn:ietf:params:xml:ns:xmpp-streams"
    package static let stanzaErrors: StaticString = "urn:ietf:params:xml:ns:xmpp-stanzas"
    package static let tls: StaticString = "urn:ietf:params:xml:ns:xmpp-tls"
    package static let sasl: StaticString = "urn:ietf:params:xml:ns:xmpp-sasl"
    package static let bind: StaticString = "urn:ietf:params:xml:ns:xmpp-bind"
    /// RFC 3921 §3; RFC 6121 Appendix E keeps it for old clients.
    package static let session: StaticString = "urn:ietf:params:xml:ns:xmpp-session"
    package static let roster: StaticString = "jabber:iq:roster"
    package static let rosterVersioning: StaticString = "urn:xmpp:features:rosterver"
    package static let preApproval: StaticString = "urn:xmpp:features:pre-approval"
    package static let xml: StaticString = "http://www.w3.org/XML/1998/namespace"

    /// XEP-0004.
    package static let dataForms: StaticString = "jabber:x:data"
    /// XEP-0030.
    package static let discoInfo: StaticString = "http://jabber.org/protocol/disco#info"
    package static let discoItems: StaticString = "http://jabber.org/protocol/disco#items"
    /// XEP-0045.
    package static let muc: StaticString = "http://jabber.org/protocol/muc"
    package static let mucUser: StaticString = "http://jabber.org/protocol/muc#user"
    /// XEP-0050.
    package static let commands: StaticString = "http://jabber.org/protocol/commands"
    /// XEP-0054.
    package static let vcardTemp: StaticString = "vcard-temp"
    /// XEP-0059.
    package static let resultSets: StaticString = "http://jabber.org/protocol/rsm"
    /// XEP-0060.
    package static let pubsub: StaticString = "http://jabber.org/protocol/pubsub"
    /// XEP-0077.
    package static let registration: StaticString = "jabber:iq:register"
    /// XEP-0085.
    package static let chatStates: StaticString = "http://jabber.org/protocol/chatstates"
    /// XEP-0092.
    package static let version: StaticString = "jabber:iq:version"
    /// XEP-0115.
    package static let capabilities: StaticString = "http://jabber.org/protocol/caps"
    /// XEP-0184.
    package static let receipts: StaticString = "urn:xmpp:receipts"
    /// XEP-0191.
    package static let blocking: StaticString = "urn:xmpp:blocking"
    package static let blockingErrors: StaticString = "urn:xmpp:blocking:errors"
    /// XEP-0198.
    package static let streamManagement: StaticString = "urn:xmpp:sm:3"
    /// XEP-0199.
    package static let ping: StaticString = "urn:xmpp:ping"
    /// XEP-0202.
    package static let time: StaticString = "urn:xmpp:time"
    /// XEP-0203.
    package static let delay: StaticString = "urn:xmpp:delay"
    /// XEP-0280.
    package static let carbons: StaticString = "urn:xmpp:carbons:2"
    /// XEP-0297.
    package static let forward: StaticString = "urn:xmpp:forward:0"
    /// XEP-0313.
    package static let archive: StaticString = "urn:xmpp:mam:2"
    /// XEP-0333.
    package static let chatMarkers: StaticString = "urn:xmpp:chat-markers:0"
    /// XEP-0334.
    package static let hints: StaticString = "urn:xmpp:hints"
    /// XEP-0352.
    package static let clientState: StaticString = "urn:xmpp:csi:0"
    /// XEP-0359.
    package static let stanzaIDs: StaticString = "urn:xmpp:sid:0"
    /// XEP-0380.
    package static let encryption: StaticString = "urn:xmpp:eme:0"
}
