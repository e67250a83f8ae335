import Testing

@testable import Numbers

@Test func `the Numbers room builds`() {}
