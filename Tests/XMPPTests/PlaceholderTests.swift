import Testing

@testable import XMPP

@Test func `the XMPP room builds`() {}
