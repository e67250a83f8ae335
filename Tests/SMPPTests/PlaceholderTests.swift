import Testing

@testable import SMPP

@Test func `the SMPP room builds`() {}
