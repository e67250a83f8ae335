// SPDX-License-Identifier: Apache-2.0

/// How one kind of value is written: its type in a word, what is allowed in a phrase, and the way from and to text.
package struct ConfigurationForm<Value: Sendable>: Sendable {
    package let type: String
    package let allowed: String
    /// Nil when the text is not allowed.
    package let read: @Sendable (String) -> Value?
    package let written: @Sendable (Value) -> String

    package init(
        type: String, allowed: String,
        read: @escaping @Sendable (String) -> Value?,
        written: @escaping @Sendable (Value) -> String = { "\($0)" }
    ) {
        self.type = type
        self.allowed = allowed
        self.read = read
        self.written = written
    }
}

extension ConfigurationForm where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> Self {
        .init(type: "integer", allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension ConfigurationForm where Value == Bool {
    static var boolean: Self {
        .init(type: "boolean", allowed: "true or false") { text in
            switch text {
            case "true": true
            case "false": false
            default: nil
            }
        }
    }
}

extension ConfigurationForm where Value == Endpoint {
    /// Somewhere to listen.
    static var listening: Self {
        .init(type: "address", allowed: "host:port, an IPv6 host in brackets, port 0 for any free port") {
            Endpoint($0)
        }
    }

    /// Somewhere to connect to.
    static var peer: Self {
        .init(type: "address", allowed: "host:port with a port from 1 to 65535, an IPv6 host in brackets") { text in
            Endpoint(text).flatMap { $0.port == 0 ? nil : $0 }
        }
    }
}

extension ConfigurationForm where Value == Endpoint? {
    /// Somewhere to listen, or nowhere.
    static var listeningOrNot: Self {
        let listening = ConfigurationForm<Endpoint>.listening
        return .init(
            type: listening.type, allowed: listening.allowed + ", or \"\" for none",
            read: { text in text.isEmpty ? .some(nil) : Endpoint(text) },
            written: { $0?.description ?? "" })
    }
}

extension ConfigurationForm where Value == AddressNetwork {
    static var network: Self {
        .init(
            type: "network", allowed: "an IP address or a network such as 192.0.2.0/24 or 2001:db8::/32",
            read: { AddressNetwork($0) }, written: { $0.description })
    }
}

extension ConfigurationForm where Value == Price {
    static var price: Self {
        .init(type: "amount", allowed: "an amount such as 0, 0.05 or 12.50, with at most four decimals") { Price($0) }
    }
}

extension ConfigurationForm where Value == Interval {
    /// A length of time, at least a tenth of a second.
    static var interval: Self {
        .init(type: "seconds", allowed: "seconds from 0.1 to 86400, with at most three decimals, such as 60 or 0.2") {
            Interval($0).flatMap { $0.milliseconds >= 100 ? $0 : nil }
        }
    }
}

extension ConfigurationForm where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    static var choice: Self {
        .init(
            type: "choice", allowed: "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "),
            read: { Value(rawValue: $0) }, written: { $0.rawValue })
    }
}

extension ConfigurationForm where Value == String {
    static func text(bytes: ClosedRange<Int>, allowed: String) -> Self {
        .init(type: "text", allowed: allowed) { text in
            bytes.contains(text.utf8.count) && !text.utf8.contains { $0 < 0x20 || $0 == 0x7f } ? text : nil
        }
    }

    static var path: Self {
        .init(type: "path", allowed: "a file, absolute or relative to the data folder") { text in
            (1...4096).contains(text.utf8.count) && !text.utf8.contains(0) ? text : nil
        }
    }

    /// A host name in lower-case letters, digits and hyphens (RFC 1123 §2.1).
    static var domain: Self {
        .init(type: "domain", allowed: "a domain name in lower case, such as chat.example.org or localhost") { text in
            let labels = text.split(separator: ".", omittingEmptySubsequences: false)
            let fine = labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.utf8.allSatisfy(isNameByte)
            }
            // All digits at the end would be an IP address: an address of a machine, not a name of ours.
            let numeric = (labels.last ?? "").utf8.allSatisfy { $0 <= 0x39 }
            return fine && !numeric && text.utf8.count <= 253 ? text : nil
        }
    }

    /// The name of a region or a route: also a folder's name, so nothing but letters, digits and hyphens.
    static var label: Self {
        .init(type: "name", allowed: "1 to 32 lower-case letters, digits and inner hyphens, beginning with a letter") {
            text in
            guard (1...32).contains(text.utf8.count), let first = text.utf8.first, first >= 0x61 else { return nil }
            return text.utf8.allSatisfy(isNameByte) && !text.hasSuffix("-") ? text : nil
        }
    }

    static var country: Self {
        .init(type: "country", allowed: "two capital letters (ISO 3166-1), such as GB, or \"\" for none") { text in
            let capitals = text.utf8.allSatisfy { $0 >= 0x41 && $0 <= 0x5a }
            return text.isEmpty || (text.utf8.count == 2 && capitals) ? text : nil
        }
    }

    /// An HTTPS address that paths are added to. A slash at the end is taken off.
    static var baseURL: Self {
        .init(
            type: "URL", allowed: "an address such as https://chat.example.org or https://example.org/hoopoe, or \"\""
        ) { text in
            guard !text.isEmpty else { return text }
            let prefix = "https://"
            let rest = text.dropFirst(prefix.utf8.count)
            let isPlain = rest.utf8.allSatisfy { byte in
                isNameByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "/")
                    || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
            }
            guard text.hasPrefix(prefix), isPlain, !rest.isEmpty, !rest.hasPrefix("/"), text.utf8.count <= 1_024 else {
                return nil
            }
            return text.hasSuffix("/") ? String(text.dropLast()) : text
        }
    }

    /// The beginning of E.164 numbers, or a whole one: `+` and digits.
    static func international(digits: ClosedRange<Int>, allowed: String) -> Self {
        .init(type: "number", allowed: allowed) { text in
            let rest = text.utf8.dropFirst()
            let fine = text.hasPrefix("+") && digits.contains(rest.count) && rest.first != 0x30
            return fine && rest.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? text : nil
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte == 0x2d
    }
}
