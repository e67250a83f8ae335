// SPDX-License-Identifier: Apache-2.0

import Yams

extension ConfigurationKey where Root == Configuration {
    /// The row `routes`: a list of sections, each read by ``RouteConfiguration/keys``.
    static var routes: Self {
        let allowed = "a list of sections with the keys of a route"
        return .init(
            name: "routes", type: "list", allowed: allowed,
            explanation: "Ways out to SMS; without one, no text ever leaves as SMS.", isStructured: true,
            read: { (node, configuration, place) throws(ConfigurationError) in
                // `routes:` with everything below it commented out means none.
                if let scalar = node.scalar, scalar.string.isEmpty {
                    configuration.routes = []
                    return
                }
                guard let entries = node.sequence else { throw place.notAllowed(node.kind, allowed) }
                var reader = ConfigurationReader(keys: RouteConfiguration.keys, source: place.source)
                configuration.routes = entries.enumerated().map { index, entry in
                    var route = RouteConfiguration()
                    reader.readEntry(entry, as: "\(place.key)[\(index)]", into: &route)
                    return route
                }
                var names: Set<String> = []
                for (index, route) in configuration.routes.enumerated() where !names.insert(route.name).inserted {
                    reader.problems.append(
                        .init(
                            place: place.text, key: "\(place.key)[\(index)].name",
                            explanation: "another route is called \"\(route.name)\" already"))
                }
                guard reader.problems.isEmpty else { throw .init(reader.problems) }
            },
            written: { $0.routes.isEmpty ? "[]" : "\n" + routesBlock($0.routes, indent: "  ") },
            isSet: { _ in true })
    }
}

/// Routes as a YAML block list, every key visible.
func routesBlock(_ routes: [RouteConfiguration], indent: String) -> String {
    routes.map { route in
        RouteConfiguration.keys.enumerated().map { index, key in
            "\(indent)\(index == 0 ? "- " : "  ")\(key.name): \(key.written(route))"
        }.joined(separator: "\n")
    }.joined(separator: "\n")
}
