// SPDX-License-Identifier: Apache-2.0

package import Logging

/// What an operator decides, read from `hoopoe.yaml` and `--set`; every value here has been checked.
///
/// The values written beside the properties are the defaults: the table in ``Configuration/keys`` reads them from here.
package struct Configuration: Sendable, Equatable {
    /// The data folder; relative paths in the configuration start here.
    package var folder: String

    /// The right-hand side of everybody's address.
    package var domain = ""
    /// Where people's data lives, named in the terms.
    package var region = "home"
    package var listen = Listen()
    package var https = HTTPS()
    package var tls = TLS()
    package var scram = SCRAM()
    package var window = Window()
    package var leave = Leave()
    package var numbers = NumberRules()
    package var sms = SMS()
    package var limits = Limits()
    package var log = Log()
    /// Ways out to SMS; none means that no text ever leaves as SMS.
    package var routes: [RouteConfiguration] = []

    package init(folder: String) { self.folder = folder }

    package struct Listen: Sendable, Equatable {
        package var xmpp = Endpoint(host: "127.0.0.1", port: 5222)
        package var xmpps = Endpoint(host: "127.0.0.1", port: 5223)
        /// Nil: nothing is served over HTTPS.
        package var https: Endpoint? = Endpoint(host: "127.0.0.1", port: 5443)
        /// Nil: nobody can ask for health and metrics.
        package var metrics: Endpoint?

        /// Every address to listen on, with the key that names it.
        package var all: [(key: String, endpoint: Endpoint)] {
            [("listen.xmpp", xmpp), ("listen.xmpps", xmpps)] + (https.map { [("listen.https", $0)] } ?? [])
                + (metrics.map { [("listen.metrics", $0)] } ?? [])
        }
    }

    package struct HTTPS: Sendable, Equatable {
        /// Where people reach `listen.https` from outside, without a slash at its end; empty for `https://DOMAIN:PORT`.
        package var url = ""
    }

    package struct TLS: Sendable, Equatable {
        package var certificate = "tls/server.pem"
        package var key = "tls/server.key"
    }

    package struct SCRAM: Sendable, Equatable {
        package var iterations = 10_000
    }

    package struct Window: Sendable, Equatable {
        package var days = 7
    }

    package struct Leave: Sendable, Equatable {
        package var days = 7
    }

    package struct NumberRules: Sendable, Equatable {
        /// ISO 3166-1 alpha-2, or empty: then numbers are understood only with their `+`.
        package var country = ""
        package var newPerDay = 20
    }

    package struct SMS: Sendable, Equatable {
        package var graceSeconds = 120
        package var perDay = 50
        package var spendCapPerDay = Price(tenThousandths: 100_000)
    }

    package struct Limits: Sendable, Equatable {
        package var stanzaBytes = 262_144
        package var connections = 10_000
        package var connectionsPerAddress = 256
        package var loggingInPerAddress = 32
        package var newConnectionsPerMinute = 300
        package var failedLogins = 10
        package var requestsPerMinute = 6_000
        package var trustedAddresses = ["127.0.0.0/8", "::1"].compactMap { AddressNetwork($0) }
        package var loginSeconds = 60
        package var stanzaSeconds = 120
        package var outbox = 1_000
        /// Threads that serve connections; 0 for one a processor.
        package var eventLoops = 0
    }

    package struct Log: Sendable, Equatable {
        package var level = Logger.Level.info
        package var format = LogFormat.auto
        /// How often the transparency log is published.
        package var interval = Interval(milliseconds: 60_000)
    }

    package enum LogFormat: String, Sendable, CaseIterable {
        /// Human on a terminal, JSON lines otherwise.
        case auto
        case human
        case json
    }

    /// A path from the configuration as the operating system needs it: as it is if absolute, else inside the data folder.
    package func path(_ configured: String) -> String {
        configured.hasPrefix("/") ? configured : "\(folder)/\(configured)"
    }
}
