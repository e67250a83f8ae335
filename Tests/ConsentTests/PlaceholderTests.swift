import Testing

@testable import Consent

@Test func `the Consent room builds`() {}
