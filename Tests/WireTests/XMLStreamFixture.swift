import Testing

@testable import Wire

/// The stream header most fixtures begin with, and its event.
let header =
    "<stream:stream to='a.example' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
let opened = "open {http://etherx.jabber.org/streams}stream {jabber:client} a.example - - 1.0 -"

/// Bytes of one stream and what must come of them however they are cut.
struct StreamFixture: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let events: [String]
    let error: XMLError?
    let limits: XMLLimits
    let testDescription: String

    /// Events, and then silence: the stream is over, or more bytes could come.
    static func success(_ text: String, _ events: [String], limits: XMLLimits = .clientDefault) -> StreamFixture {
        StreamFixture(bytes: Array(text.utf8), events: events, error: nil, limits: limits)
    }

    /// Events, and then an error `at` bytes from the start.
    static func failure(
        _ text: String, _ code: XMLError.Code, at offset: Int, after events: [String] = [],
        limits: XMLLimits = .clientDefault
    ) -> StreamFixture {
        failure(Array(text.utf8), code, at: offset, after: events, limits: limits)
    }

    static func failure(
        _ bytes: [UInt8], _ code: XMLError.Code, at offset: Int, after events: [String] = [],
        limits: XMLLimits = .clientDefault
    ) -> StreamFixture {
        StreamFixture(bytes: bytes, events: events, error: XMLError(code, at: offset), limits: limits)
    }

    /// An error within the first stanza of an ordinary stream; `offset` counts from the stanza.
    static func refusal(
        _ stanza: String, _ code: XMLError.Code, at offset: Int, limits: XMLLimits = .clientDefault
    ) -> StreamFixture {
        failure(header + stanza, code, at: header.utf8.count + offset, after: [opened], limits: limits)
    }

    static func refusal(_ stanza: [UInt8], _ code: XMLError.Code, at offset: Int) -> StreamFixture {
        failure(Array(header.utf8) + stanza, code, at: header.utf8.count + offset, after: [opened])
    }

    /// One stanza of an ordinary stream.
    static func stanza(_ stanza: String, _ form: String, limits: XMLLimits = .clientDefault) -> StreamFixture {
        success(header + stanza, [opened, form], limits: limits)
    }

    private init(bytes: [UInt8], events: [String], error: XMLError?, limits: XMLLimits) {
        self.bytes = bytes
        self.events = events
        self.error = error
        self.limits = limits
        let text = String(decoding: bytes, as: UTF8.self).replacing(header, with: "…")
        testDescription = (text.count > 90 ? text.prefix(90) + "…" : text[...]).debugDescription
    }

    /// What comes of the bytes, whole, cut in two at every byte, and one by one.
    func outcomes() -> [StreamOutcome] {
        let cuts = bytes.count > 2000 ? [] : (0...bytes.count).map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
        return ([[bytes], bytes.map { [$0] }] + cuts).map { StreamOutcome($0, limits: limits) }
    }

    func isMet(by outcome: StreamOutcome) -> Bool {
        outcome.events == events && outcome.error == error
    }
}
