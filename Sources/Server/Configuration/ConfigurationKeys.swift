// SPDX-License-Identifier: Apache-2.0

import Logging

extension Configuration {
    /// Every key of `hoopoe.yaml`, in the order of the file. The template, the parser, `--set`, the error messages and
    /// `docs/configuration.md` all come from this table.
    package static let keys: [ConfigurationKey<Configuration>] = [
        .one("domain", \.domain, .domain, "The right-hand side of everybody's address; it cannot change later."),
        .one(
            "region", \.region, .label,
            "The place where people's data lives, named in the terms they agree to; its key is in regions/."),
        .one("listen.xmpp", \.listen.xmpp, .listening, "Where clients connect and then turn on TLS (STARTTLS)."),
        .one("listen.xmpps", \.listen.xmpps, .listening, "Where clients connect with TLS from the first byte."),
        .one(
            "listen.https", \.listen.https, .listeningOrNot,
            "Where the public log, the terms and people's own exports are served by HTTPS; empty switches that off."),
        .one(
            "listen.metrics", \.listen.metrics, .listeningOrNot,
            "Where /health, /ready and /metrics are answered by plain HTTP, such as 127.0.0.1:9464; empty for nowhere."),
        .one(
            "https.url", \.https.url, .baseURL,
            "The address of listen.https as people reach it; empty for https://, the domain and the port."),
        .one(
            "tls.certificate", \.tls.certificate, .path,
            "The certificate chain, PEM, own certificate first; read again when it changes."),
        .one("tls.key", \.tls.key, .path, "The certificate's private key, PEM; read again when it changes."),
        .one(
            "scram.iterations", \.scram.iterations, .integer(4_096...1_000_000),
            "Rounds of PBKDF2 for new passwords; more is slower for an attacker and for every log-in."),
        .one(
            "window.days", \.window.days, .integer(1...90),
            "How long a text is held for delivery to all of a person's devices."),
        .one(
            "leave.days", \.leave.days, .integer(0...90),
            "How long somebody who leaves may take it back; 0 means not at all."),
        .one(
            "numbers.country", \.numbers.country, .country,
            "The country of numbers typed without +; with none, such numbers are not understood."),
        .one(
            "numbers.new-per-day", \.numbers.newPerDay, .integer(0...10_000),
            "How many numbers new to them one person may text in a day."),
        .one(
            "sms.grace-seconds", \.sms.graceSeconds, .integer(1...86_400),
            "How long to wait for a device to acknowledge a text before it goes out as SMS."),
        .one(
            "sms.per-day", \.sms.perDay, .integer(0...100_000), "How many SMS segments one person may send in a day."),
        .one(
            "sms.spend-cap-per-day", \.sms.spendCapPerDay, .price,
            "The most that all SMS of a day may cost, in the currency of the routes' prices."),
        .one(
            "limits.stanza-bytes", \.limits.stanzaBytes, .integer(10_000...16_777_216),
            "The largest stanza a client may send, in bytes."),
        .one(
            "limits.connections", \.limits.connections, .integer(1...1_000_000),
            "How many clients may be connected at once."),
        .one(
            "limits.connections-per-address", \.limits.connectionsPerAddress, .integer(1...1_000_000),
            "How many of them from one address, an IPv6 address counted with its /64."),
        .one(
            "limits.logging-in-per-address", \.limits.loggingInPerAddress, .integer(1...1_000_000),
            "How many of these may not have logged in yet."),
        .one(
            "limits.new-connections-per-minute", \.limits.newConnectionsPerMinute, .integer(1...1_000_000),
            "How many new connections one address may make in a minute, all at once if need be."),
        .one(
            "limits.failed-logins", \.limits.failedLogins, .integer(1...1_000),
            "How many wrong passwords an account may see, and an address may see accounts of, before each further one costs a growing wait."
        ),
        .one(
            "limits.requests-per-minute", \.limits.requestsPerMinute, .integer(1...1_000_000),
            "How many requests one address may send by HTTPS in a minute, all at once if need be."),
        .list(
            "limits.trusted-addresses", \.limits.trustedAddresses, .network, count: 0...1_000,
            "Whose connections and requests aren't limited by address, such as a proxy that many people come through."),
        .one(
            "limits.login-seconds", \.limits.loginSeconds, .integer(1...3_600),
            "How long a client has from connecting until it has logged in, TLS included."),
        .one(
            "limits.stanza-seconds", \.limits.stanzaSeconds, .integer(1...3_600),
            "How long a client may take over one stanza, from its first byte to its last."),
        .one(
            "limits.outbox", \.limits.outbox, .integer(16...100_000),
            "How many stanzas may wait in memory for one slow client; the rest waits on disk."),
        .one(
            "limits.event-loops", \.limits.eventLoops, .integer(0...256),
            "How many threads serve connections; 0 for as many as the machine has processors."),
        .one("log.level", \.log.level, .choice, "How much is logged, to standard error."),
        .one(
            "log.format", \.log.format, .choice, "How it is logged: auto is human on a terminal, JSON lines otherwise."),
        .one(
            "log.interval", \.log.interval, .interval,
            "How often new records are published in the transparency log that people check their receipts against."),
        .routes
    ]
}

extension RouteConfiguration {
    /// Every key of an entry of `routes`.
    package static let keys: [ConfigurationKey<RouteConfiguration>] = [
        .one("name", \.name, .label, "What the route is called in logs and answers."),
        .one("smsc", \.smsc, .peer, "The carrier's SMPP 3.4 address."),
        .one("tls", \.tls, .boolean, "Whether to connect to it by TLS."),
        .one(
            "system-id", \.systemID, .text(bytes: 1...15, allowed: "1 to 15 characters"), "The account's name there."),
        .one(
            "password-file", \.passwordFile, .path,
            "The file holding the account's password (at most 8 characters) and nothing else."),
        .one(
            "system-type", \.systemType, .text(bytes: 0...12, allowed: "at most 12 characters"),
            "What the carrier asks for as system_type, mostly nothing."),
        .list(
            "senders", \.senders,
            .international(digits: 3...15, allowed: "a number in international form, such as \"+447700900123\""),
            count: 1...1_000, "The route's own numbers; answers by SMS come back to them."),
        .list(
            "prefixes", \.prefixes,
            .international(digits: 1...15, allowed: "+ and the first digits of a number, such as \"+44\""),
            count: 0...10_000, "Which numbers may be texted by this route; none unless named."),
        .one("window", \.window, .integer(1...1_000), "How many segments may be on their way unanswered."),
        .one(
            "enquire-link-seconds", \.enquireLinkSeconds, .integer(1...3_600),
            "After how much silence to ask whether the carrier is still there."),
        .one(
            "response-seconds", \.responseSeconds, .integer(1...3_600),
            "How long to wait for an answer before the outcome counts as unknown."),
        .one(
            "data-coding-0", \.dataCodingZero, .choice, "The alphabet that this carrier takes data_coding 0 to be."),
        .one("udh", \.concatenation, .choice, "Bits of the reference number that joins the parts of a long text."),
        .one("price-per-segment", \.pricePerSegment, .price, "What one segment costs, for the spend cap.")
    ]
}
