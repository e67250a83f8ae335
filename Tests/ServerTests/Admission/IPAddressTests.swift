// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

@Suite struct IPAddressTests {
    @Test(
        arguments: [
            ("192.0.2.1", [192, 0, 2, 1]),
            ("0.0.0.0", [0, 0, 0, 0]),
            ("255.255.255.255", [255, 255, 255, 255]),
            ("::", [UInt8](repeating: 0, count: 16)),
            ("::1", [UInt8](repeating: 0, count: 15) + [1]),
            ("2001:db8::1", [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]),
            ("2001:DB8:0:0:0:0:0:1", [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]),
            ("64:ff9b::192.0.2.33", [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 33]),
            ("::ffff:192.0.2.1", [192, 0, 2, 1])
        ] as [(String, [UInt8])])
    func `text and bytes mean the same address`(_ text: String, _ bytes: [UInt8]) {
        #expect(IPAddress(text) == IPAddress(bytes: bytes))
        #expect(IPAddress(text) != nil)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.x", "+1.2.3.4", "1.2.3.4 ", ":", ":::", "1::2::3",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "12345::", "::g", "::1.2.3", "fe80::1%eth0",
        "[::1]", "localhost"
    ])
    func `what is no address isn't read`(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `bytes of another length are no address`() {
        for count in [0, 3, 5, 15, 17] { #expect(IPAddress(bytes: [UInt8](repeating: 1, count: count)) == nil) }
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.2", false),
        ("192.0.2.1", "::ffff:192.0.2.1", true),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ("::1", "192.0.2.1", false)
    ])
    func `an IPv6 host counts with its whole network`(_ one: String, _ other: String, _ isOne: Bool) throws {
        let sources = (try #require(IPAddress(one)).source, try #require(IPAddress(other)).source)
        #expect((sources.0 == sources.1) == isOne)
    }

    @Test(arguments: [
        ("192.0.2.0/24", "192.0.2.255", true),
        ("192.0.2.0/24", "192.0.3.0", false),
        ("192.0.2.7/24", "192.0.2.9", true),
        ("192.0.2.7", "192.0.2.7", true),
        ("192.0.2.7", "192.0.2.6", false),
        ("0.0.0.0/0", "203.0.113.9", true),
        ("0.0.0.0/0", "2001:db8::1", false),
        ("127.0.0.0/8", "::ffff:127.9.9.9", true),
        ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::1", false),
        ("2001:db8::/127", "2001:db8::1", true),
        ("2001:db8::/127", "2001:db8::2", false),
        ("::/0", "2001:db8::1", true)
    ])
    func `a network holds what begins like it`(_ network: String, _ address: String, _ isIn: Bool) throws {
        let network = try #require(AddressNetwork(network))
        #expect(network.contains(try #require(IPAddress(address))) == isIn)
    }

    @Test(arguments: [
        "", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/+8", "::/129", "x/8", "192.0.2.0/8/8"
    ])
    func `what is no network isn't read`(_ text: String) {
        #expect(AddressNetwork(text) == nil)
    }
}
