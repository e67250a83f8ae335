// SPDX-License-Identifier: Apache-2.0

/// One entry of `routes`: an SMPP 3.4 account at a carrier or provider, what may go out by it, and what that costs.
package struct RouteConfiguration: Sendable, Equatable {
    package var name = ""
    /// Required: this is not an address.
    package var smsc = Endpoint(host: "", port: 0)
    package var tls = false
    package var systemID = ""
    /// A file that holds the password alone; the password itself never stands in the configuration.
    package var passwordFile = ""
    package var systemType = ""
    /// The route's own numbers, E.164 with `+`; the first text to somebody binds one of them.
    package var senders: [String] = []
    /// E.164 beginnings that may be texted; empty means nobody.
    package var prefixes: [String] = []
    package var window = 10
    package var enquireLinkSeconds = 30
    package var responseSeconds = 60
    package var dataCodingZero = DataCodingZero.gsm
    package var concatenation = Concatenation.bits8
    package var pricePerSegment = Price(tenThousandths: 0)

    package init() {}

    /// What the SMSC takes `data_coding` 0 (the "SMSC default alphabet", SMPP 3.4 §5.2.19) to be.
    package enum DataCodingZero: String, Sendable, CaseIterable {
        case gsm
        case ascii
        case latin1
    }

    /// Width of the reference number in the concatenation header (3GPP TS 23.040 §9.2.3.24.1 and .8).
    package enum Concatenation: String, Sendable, CaseIterable {
        case bits8 = "8"
        case bits16 = "16"
    }
}
