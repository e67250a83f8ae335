// SPDX-License-Identifier: Apache-2.0

import Foundation
import Yams

extension Configuration {
    /// The file in the data folder.
    package static let fileName = "hoopoe.yaml"

    /// Reads the folder's `hoopoe.yaml`, then the overrides: `key=value` each, the last one winning; lists take YAML.
    ///
    /// What it throws names all mistakes found, none hidden by another.
    package static func load(folder: String, overrides: [String] = []) throws(ConfigurationError) -> Configuration {
        let file = "\(folder)/\(fileName)"
        let yaml: String
        do {
            yaml = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            let explanation =
                FileManager.default.fileExists(atPath: file)
                ? "cannot be read as UTF-8 text by this user"
                : "there is no such file; hoopoe init \(folder) --domain DOMAIN makes one"
            throw .init(.init(place: file, key: "", explanation: explanation))
        }
        return try read(yaml: yaml, folder: folder, overrides: overrides)
    }

    /// Reads a configuration from text; `folder` is only remembered.
    package static func read(
        yaml: String, folder: String, overrides: [String] = []
    ) throws(ConfigurationError) -> Configuration {
        var configuration = Configuration(folder: folder)
        let document: Node?
        do {
            document = try Yams.compose(yaml: yaml)
        } catch {
            throw .init(.init(place: fileName, key: "", explanation: "is not YAML: \(error)"))
        }
        var problems: [ConfigurationError.Problem] = []
        // Overrides come last but may supply a required key, so required keys are asked for at the very end.
        var reader = ConfigurationReader(keys: keys, source: fileName)
        if let document { reader.readAll(document, into: &configuration) }
        problems += reader.problems
        problems += configuration.apply(overrides)
        if problems.isEmpty { problems += configuration.contradictions() }
        guard problems.isEmpty else { throw .init(problems) }
        return configuration
    }

    /// Applies `key=value` overrides; returns what is wrong with them.
    private mutating func apply(_ overrides: [String]) -> [ConfigurationError.Problem] {
        var reader = ConfigurationReader(keys: Self.keys, source: "--set")
        for override in overrides {
            guard let equals = override.firstIndex(of: "=") else {
                reader.problems.append(
                    .notAllowed(override, allowed: "key=value", key: "", place: "--set"))
                continue
            }
            let name = String(override[..<equals])
            let text = String(override[override.index(after: equals)...])
            var value = Node(text)
            if let key = Self.keys.first(where: { $0.name == name }), key.isStructured {
                do {
                    value = try Yams.compose(yaml: text) ?? Node("")
                } catch {
                    reader.problems.append(
                        .init(place: "--set", key: name, explanation: "is not YAML: \(error)"))
                    continue
                }
            }
            reader.read(value, key: name, shown: name, line: nil, into: &self)
        }
        return reader.problems
    }

    /// What no single key can know: required keys that nobody set, and values that exclude each other.
    private func contradictions() -> [ConfigurationError.Problem] {
        var problems = Self.keys.filter { !$0.isSet(self) }.map { key in
            ConfigurationError.Problem(
                place: Self.fileName, key: key.name, explanation: "is missing; allowed: \(key.allowed)")
        }
        var taken: [(key: String, endpoint: Endpoint)] = []
        for (key, endpoint) in listen.all where endpoint.port != 0 {
            if let other = taken.first(where: { $0.endpoint == endpoint }) {
                problems.append(
                    .init(
                        place: Self.fileName, key: key,
                        explanation: "is the same as \(other.key); each needs a port of its own"))
            }
            taken.append((key, endpoint))
        }
        return problems
    }
}
