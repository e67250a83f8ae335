import Testing

@testable import Server

@Test func `the Server room builds`() {}
