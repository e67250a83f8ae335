// SPDX-License-Identifier: Apache-2.0

import Yams

/// Reads YAML sections by a table of keys and gathers what is wrong.
struct ConfigurationReader<Root: Sendable> {
    let keys: [ConfigurationKey<Root>]
    /// The file's name, or `--set`.
    let source: String
    var problems: [ConfigurationError.Problem] = []

    private var given: Set<String> = []

    init(keys: [ConfigurationKey<Root>], source: String) {
        self.keys = keys
        self.source = source
    }

    /// Reads a whole file.
    mutating func readAll(_ node: Node, into root: inout Root) {
        given = []
        guard node.mapping != nil else {
            // A file of comments only.
            if node.scalar?.string.isEmpty == true { return }
            problems.append(.notAllowed(node.kind, allowed: "keys and values", key: "", place: place(node)))
            return
        }
        readSection(node, prefix: "", shown: "", into: &root)
    }

    /// Reads one entry of a list and asks for its required keys; `name` is what messages call it, such as `routes[0]`.
    mutating func readEntry(_ node: Node, as name: String, into root: inout Root) {
        given = []
        guard node.mapping != nil else {
            problems.append(.notAllowed(node.kind, allowed: "a section", key: name, place: place(node)))
            return
        }
        readSection(node, prefix: "", shown: name + ".", into: &root)
        // A key that was given and refused has its message already.
        for key in keys where !key.isSet(root) && !given.contains(key.name) {
            problems.append(
                .init(
                    place: place(node), key: "\(name).\(key.name)", explanation: "is missing; allowed: \(key.allowed)"))
        }
    }

    /// Reads one value for the key of that dotted name.
    mutating func read(_ value: Node, key name: String, shown: String, line: Int?, into root: inout Root) {
        guard let key = keys.first(where: { $0.name == name }) else {
            let place = line.map { "\(source):\($0)" } ?? source
            problems.append(.unknown(shown, known: keys.map(\.name), place: place))
            return
        }
        do throws(ConfigurationError) {
            try key.read(value, &root, .init(source: source, key: shown, line: line))
        } catch {
            problems += error.problems
        }
    }

    private mutating func readSection(_ node: Node, prefix: String, shown: String, into root: inout Root) {
        for (keyNode, value) in node.mapping ?? [:] {
            guard let written = keyNode.scalar?.string else {
                problems.append(
                    .init(place: place(keyNode), key: shown + prefix, explanation: "a key must be a plain word"))
                continue
            }
            let name = prefix + written
            let isSection = keys.contains { $0.name.hasPrefix(name + ".") }
            if isSection, value.mapping != nil {
                readSection(value, prefix: name + ".", shown: shown, into: &root)
            } else if isSection, value.scalar?.string.isEmpty == true {
                // A section with everything in it commented out: all defaults.
                continue
            } else if isSection {
                problems.append(
                    .notAllowed(
                        value.kind, allowed: "a section", key: shown + name, place: place(value)))
            } else if given.insert(name).inserted {
                read(value, key: name, shown: shown + name, line: keyNode.mark?.line, into: &root)
            } else {
                problems.append(.init(place: place(keyNode), key: shown + name, explanation: "is given twice"))
            }
        }
    }

    private func place(_ node: Node) -> String { node.mark.map { "\(source):\($0.line)" } ?? source }
}
