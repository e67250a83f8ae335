package import NIOSSL
package import SMPP

/// A way out to SMS: an account at a carrier, the numbers that are ours there, what may be texted, and what it costs.
package struct Route: Sendable {
    /// What the route is called in the store, in logs and in answers.
    package let name: String
    package var smsc: Endpoint
    /// How to connect by TLS; nil for plain TCP.
    package var tls: TLSConfiguration?
    package var systemID: String
    package var password: String
    package var systemType = ""
    /// Our own numbers on this route, digits without plus. The first one also sends codes and notices.
    package var senders: [String]
    /// The beginnings of the numbers that may be texted, digits without plus. Empty means nobody.
    package var prefixes: [String]
    /// Segments on their way unanswered.
    package var window = 10
    package var enquireInterval: Milliseconds = 30_000
    package var responseTimeout: Milliseconds = 60_000
    package var profile = TextProfile()
    /// How receipts write the message ids of responses.
    package var messageIDs = MessageIDForm.same
    /// The carrier's own statuses.
    package var dispositions: [CommandStatus: Disposition] = [:]
    package var pricePerSegment = Price(tenThousandths: 0)
    package var reconnect = Backoff()
    package var throttle = Backoff()

    package init(
        name: String, smsc: Endpoint, systemID: String, password: String, senders: [String], prefixes: [String]
    ) {
        self.name = name
        self.smsc = smsc
        self.systemID = systemID
        self.password = password
        self.senders = senders
        self.prefixes = prefixes
    }

    /// A route as the operator wrote it, with what its `password-file` holds.
    package init(_ configuration: RouteConfiguration, password: String) {
        self.init(
            name: configuration.name, smsc: configuration.smsc, systemID: configuration.systemID, password: password,
            senders: configuration.senders.map(Self.digits), prefixes: configuration.prefixes.map(Self.digits))
        tls = configuration.tls ? .modernClient() : nil
        systemType = configuration.systemType
        window = configuration.window
        enquireInterval = Milliseconds(configuration.enquireLinkSeconds) * 1_000
        responseTimeout = Milliseconds(configuration.responseSeconds) * 1_000
        profile = TextProfile(
            defaultAlphabet: configuration.dataCodingZero.alphabet,
            longMessages: configuration.concatenation == .bits16 ? .udh16 : .udh8, maximumParts: 16)
        pricePerSegment = configuration.pricePerSegment
    }

    private static func digits(_ number: String) -> String {
        String(number.drop { $0 == "+" })
    }

    /// What the SMPP session is told.
    var session: ESMESession.Settings {
        var settings = ESMESession.Settings(
            bind: Bind(mode: .transceiver, systemID: systemID, password: password, systemType: systemType))
        settings.window = window
        settings.responseTimeout = responseTimeout
        settings.enquireInterval = enquireInterval
        settings.throttleBackoff = throttle
        settings.dispositions = dispositions
        return settings
    }
}

extension RouteConfiguration.DataCodingZero {
    var alphabet: DefaultAlphabet {
        switch self {
        case .gsm: .gsm
        case .ascii: .ascii
        case .latin1: .latin1
        }
    }
}

extension Route: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "Route(\(name))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
