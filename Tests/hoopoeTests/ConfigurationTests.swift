// SPDX-License-Identifier: Apache-2.0

import Server
import Testing

@Suite("The configuration")
struct ConfigurationTests {
    private static let least = "domain: example.org\n"

    private static func read(_ yaml: String, _ overrides: [String] = []) throws(ConfigurationError) -> Configuration {
        try Configuration.read(yaml: yaml, folder: "/data", overrides: overrides)
    }

    private static func problems(_ yaml: String, _ overrides: [String] = []) -> String {
        do throws(ConfigurationError) {
            _ = try read(yaml, overrides)
            return "none"
        } catch {
            return error.description
        }
    }

    @Test("defaults stand without being written, and the template says the same")
    func defaults() throws {
        let bare = try Self.read(Self.least)
        #expect(bare.listen.xmpp == Endpoint(host: "127.0.0.1", port: 5222))
        #expect(bare.listen.xmpps == Endpoint(host: "127.0.0.1", port: 5223))
        #expect(bare.listen.metrics == nil)
        #expect(bare.listen.https == Endpoint(host: "127.0.0.1", port: 5443))
        #expect(bare.https.url == "")
        #expect(bare.scram.iterations == 10_000)
        #expect(bare.window.days == 7)
        #expect(bare.sms.graceSeconds == 120)
        #expect(bare.numbers.newPerDay == 20)
        #expect(bare.limits.stanzaBytes == 262_144)
        #expect(bare.routes.isEmpty)
        #expect(bare.path("tls/server.pem") == "/data/tls/server.pem")
        #expect(bare.path("/etc/x.pem") == "/etc/x.pem")
        #expect(try Self.read(bare.template()) == bare)
    }

    @Test("what a template writes reads back the same, routes and odd text included")
    func roundTrip() throws {
        let yaml = """
            domain: chat.example.org
            region: north
            listen: { xmpp: "[::1]:0", xmpps: 0.0.0.0:5223, https: "", metrics: "127.0.0.1:9464" }
            https: { url: "https://example.org/hoopoe/" }
            numbers: { country: NO, new-per-day: 3 }
            sms: { spend-cap-per-day: 12.5 }
            tls:
            log: { level: debug, format: json }
            routes:
              - { name: one, smsc: "smpp.example.net:2775", system-id: 'a "b" \\ c: #', password-file: p,
                  senders: ["+447700900123"], prefixes: ["+44", "+1"], data-coding-0: latin1, udh: 16,
                  price-per-segment: 0.0375, tls: true }
            """
        let configuration = try Self.read(yaml)
        #expect(configuration.routes.first?.systemID == #"a "b" \ c: #"#)
        #expect(configuration.routes.first?.pricePerSegment == Price(tenThousandths: 375))
        #expect(configuration.routes.first?.concatenation == .bits16)
        #expect(configuration.numbers.country == "NO")
        #expect(configuration.listen.https == nil)
        #expect(configuration.listen.metrics == Endpoint(host: "127.0.0.1", port: 9464))
        #expect(configuration.https.url == "https://example.org/hoopoe")
        #expect(try Self.read(configuration.template()) == configuration)
    }

    @Test("an override wins over the file, the last one over all")
    func overrides() throws {
        let configuration = try Self.read(
            Self.least,
            ["listen.xmpp=127.0.0.1:0", "window.days=2", "window.days=3", "domain=other.example"])
        #expect(configuration.listen.xmpp.port == 0)
        #expect(configuration.window.days == 3)
        #expect(configuration.domain == "other.example")
        let routed = try Self.read(
            Self.least,
            [
                "routes=[{name: one, smsc: '127.0.0.1:2775', system-id: x, password-file: p, senders: ['+447700900123']}]"
            ])
        #expect(routed.routes.map(\.name) == ["one"])
        #expect(routed.routes.first?.prefixes == [])
    }

    @Test(
        "a mistake is answered with its place, key, value and what is allowed",
        arguments: [
            ("", [], "hoopoe.yaml: domain: is missing; allowed: a domain name in lower case"),
            (
                least + "scram:\n  iterations: many\n", [],
                "hoopoe.yaml:3: scram.iterations: \"many\" is not allowed; allowed: a whole number from 4096 to 1000000"
            ),
            (least + "scram: { iterations: 4095 }", [], "\"4095\" is not allowed"),
            (least + "scram: 10000", [], "hoopoe.yaml:2: scram: \"10000\" is not allowed; allowed: a section"),
            (
                least + "listen:\n  xmmp: 127.0.0.1:1", [],
                "hoopoe.yaml:3: listen.xmmp: there is no such key; did you mean listen.xmpp?"
            ),
            (least + "iterations: 5000", [], "hoopoe.yaml:2: iterations: there is no such key; did you mean scram."),
            (least + "colour: blue", [], "hoopoe.yaml:2: colour: there is no such key"),
            (least, ["windw.days=3"], "--set: windw.days: there is no such key; did you mean window.days?"),
            (least, ["window.days"], "--set: \"window.days\" is not allowed; allowed: key=value"),
            (least, ["window.days="], "--set: window.days: \"\" is not allowed; allowed: a whole number from 1 to 90"),
            (least, ["listen.xmpp=127.0.0.1"], "allowed: host:port"),
            (least, ["listen.xmpp=127.0.0.1:65536"], "allowed: host:port"),
            (least, ["listen.xmpp=::1:5222"], "allowed: host:port"),
            (least, ["log.format=xml"], "allowed: one of auto, human, json"),
            (least, ["log.level=loud"], "allowed: one of trace, debug, info"),
            (least, ["listen.xmpps=127.0.0.1:5222"], "listen.xmpps: is the same as listen.xmpp"),
            (least, ["listen.https=127.0.0.1:5223"], "listen.https: is the same as listen.xmpps"),
            (least, ["listen.metrics=127.0.0.1:5222"], "listen.metrics: is the same as listen.xmpp"),
            (least, ["https.url=http://example.org"], "https.url: \"http://example.org\" is not allowed"),
            (least, ["https.url=https:///x"], "https.url: \"https:///x\" is not allowed"),
            (least, ["https.url=https://example.org/?x"], "is not allowed; allowed: an address such as https://"),
            ("domain: Example.org", [], "\"Example.org\" is not allowed; allowed: a domain name in lower case"),
            ("domain: 192.0.2.1", [], "domain: \"192.0.2.1\" is not allowed"),
            ("domain: a..b", [], "domain: \"a..b\" is not allowed"),
            (least, ["region=../x"], "region: \"../x\" is not allowed"),
            (least, ["numbers.country=uk"], "numbers.country: \"uk\" is not allowed"),
            (least, ["sms.spend-cap-per-day=1.23456"], "allowed: an amount"),
            (least, ["sms.spend-cap-per-day=-1"], "allowed: an amount"),
            (least, ["routes=[{name: one}]"], "--set:1: routes[0].smsc: is missing"),
            (least, ["routes=[one]"], "routes[0]: \"one\" is not allowed; allowed: a section"),
            (least, ["routes=yes"], "routes: \"yes\" is not allowed; allowed: a list"),
            (least, ["routes=[{"], "--set: routes: is not YAML"),
            (least + "window: { days: 1 }\nwindow.days: 2", [], "window.days: is given twice"),
            ("- a", [], "hoopoe.yaml:1: \"a list of 1\" is not allowed; allowed: keys and values"),
            ("domain: [", [], "hoopoe.yaml: is not YAML")
        ] as [(String, [String], String)])
    func refusals(_ yaml: String, _ overrides: [String], _ expected: String) {
        let answer = Self.problems(yaml, overrides)
        #expect(answer.contains(expected), "\(answer)")
    }

    @Test("all mistakes are told at once")
    func allAtOnce() {
        let answer = Self.problems("domain: X\ncolour: 1\n", ["window.days=0"])
        #expect(answer.split(separator: "\n").count == 3, "\(answer)")
    }

    @Test("two routes cannot share a name")
    func routeNames() {
        let route = "{name: one, smsc: '127.0.0.1:2775', system-id: x, password-file: p, senders: ['+447700900123']}"
        #expect(Self.problems(Self.least, ["routes=[\(route), \(route)]"]).contains("routes[1].name: another route"))
    }

    @Test(
        "a price reads exactly", arguments: [("0", 0), ("0.05", 500), ("12.5", 125_000), ("0.0375", 375), ("7", 70_000)]
    )
    func prices(_ text: String, _ tenThousandths: Int) {
        #expect(Price(text) == Price(tenThousandths: tenThousandths))
    }

    @Test(
        "and is refused otherwise",
        arguments: ["", ".5", "1.", "1.23456", "1e3", "-1", "+1", "99999999999999999999", "٣"])
    func noPrices(_ text: String) {
        #expect(Price(text) == nil)
    }
}
