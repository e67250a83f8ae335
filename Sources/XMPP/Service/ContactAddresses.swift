/// Where to write to about this service: URIs by purpose (XEP-0157).
package struct ContactAddresses: Hashable, Sendable {
    package enum Purpose: String, CaseIterable, Hashable, Sendable {
        case abuse, admin, feedback, sales, security, status, support
    }

    package var addresses: [Purpose: [String]]

    package init(_ addresses: [Purpose: [String]] = [:]) {
        self.addresses = addresses
    }

    /// The form that the server's discovery answer carries; `nil` if there is nothing to say.
    package var form: DataForm? {
        let fields = Purpose.allCases.compactMap { purpose -> DataForm.Field? in
            guard let addresses = addresses[purpose], !addresses.isEmpty else { return nil }
            return DataForm.Field("\(purpose.rawValue)-addresses", .listMulti, addresses)
        }
        guard !fields.isEmpty else { return nil }
        return DataForm(.result, formType: "http://jabber.org/network/serverinfo", fields: fields)
    }
}
