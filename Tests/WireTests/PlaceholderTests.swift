import Testing

@testable import Wire

@Test func `the Wire room builds`() {}
