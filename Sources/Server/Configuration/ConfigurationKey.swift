// SPDX-License-Identifier: Apache-2.0

import Yams

/// One row of a configuration table: what an operator may set, and all that is said about it anywhere.
///
/// `Root` is what the row writes into: ``Configuration``, or ``RouteConfiguration`` for the entries of `routes`. The
/// default is whatever a fresh `Root` holds, so it stands in one place.
package struct ConfigurationKey<Root: Sendable>: Sendable {
    /// Dotted: `listen.xmpp` is the key `xmpp` in the section `listen`.
    package let name: String
    package let type: String
    package let allowed: String
    /// One line, a full sentence.
    package let explanation: String
    /// True when `--set` takes YAML (a list) rather than the bare value.
    let isStructured: Bool
    let read: @Sendable (Node, inout Root, ConfigurationPlace) throws(ConfigurationError) -> Void
    /// The value as it stands in YAML.
    let written: @Sendable (Root) -> String
    /// False for a required key that nobody has set.
    let isSet: @Sendable (Root) -> Bool
}

/// Where a value stands, for error messages.
struct ConfigurationPlace: Sendable {
    /// `hoopoe.yaml`, or `--set`.
    let source: String
    /// `listen.xmpp`, or `routes[0].smsc`.
    let key: String
    let line: Int?

    var text: String { line.map { "\(source):\($0)" } ?? source }

    func notAllowed(_ value: String, _ allowed: String) -> ConfigurationError {
        .init(.notAllowed(value, allowed: allowed, key: key, place: text))
    }
}

extension ConfigurationKey {
    /// A row with one value.
    static func one<Value>(
        _ name: String, _ path: any WritableKeyPath<Root, Value> & Sendable, _ form: ConfigurationForm<Value>,
        _ explanation: String
    ) -> Self {
        .init(
            name: name, type: form.type, allowed: form.allowed, explanation: explanation, isStructured: false,
            read: { (node, root, place) throws(ConfigurationError) in
                guard let text = node.scalar?.string else { throw place.notAllowed(node.kind, form.allowed) }
                guard let value = form.read(text) else { throw place.notAllowed(text, form.allowed) }
                root[keyPath: path] = value
            },
            written: { quoted(form.written($0[keyPath: path])) },
            isSet: { form.read(form.written($0[keyPath: path])) != nil })
    }

    /// A row with a list of values.
    static func list<Value>(
        _ name: String, _ path: any WritableKeyPath<Root, [Value]> & Sendable, _ form: ConfigurationForm<Value>,
        count: ClosedRange<Int>, _ explanation: String
    ) -> Self {
        let allowed = "a list of \(count.lowerBound) to \(count.upperBound), each \(form.allowed)"
        return .init(
            name: name, type: "list", allowed: allowed, explanation: explanation, isStructured: true,
            read: { (node, root, place) throws(ConfigurationError) in
                guard let sequence = node.sequence, count.contains(sequence.count) else {
                    throw place.notAllowed(node.kind, allowed)
                }
                var values: [Value] = []
                for entry in sequence {
                    guard let text = entry.scalar?.string, let value = form.read(text) else {
                        throw place.notAllowed(entry.scalar?.string ?? entry.kind, form.allowed)
                    }
                    values.append(value)
                }
                root[keyPath: path] = values
            },
            written: { "[" + $0[keyPath: path].map { quoted(form.written($0)) }.joined(separator: ", ") + "]" },
            isSet: { count.contains($0[keyPath: path].count) })
    }
}

extension Node {
    /// What an operator would call this, where its text cannot be shown.
    var kind: String {
        switch self {
        case .scalar(let scalar): scalar.string
        case .mapping: "a section"
        case .sequence(let sequence): "a list of \(sequence.count)"
        case .alias: "an alias"
        }
    }
}

/// A YAML scalar that reads back as `text` whatever it holds.
func quoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"): true
        default: false
        }
    }
    if plain, let first = text.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: ":"), !text.hasSuffix(":")
    {
        return text
    }
    let escaped = text.map { character in character == "\"" || character == "\\" ? "\\\(character)" : "\(character)" }
    return "\"\(escaped.joined())\""
}
