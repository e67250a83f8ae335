import Testing

@testable import Store

@Test func `the Store room builds`() {}
