// SPDX-License-Identifier: Apache-2.0

extension Configuration {
    /// `hoopoe.yaml` with these values, every key visible and explained in one line.
    package func template() -> String {
        var lines = [
            "# Hoopoe's configuration. Every key is here with its value; the server reads it when it starts.",
            "# hoopoe check FOLDER tells whether it is right."
        ]
        var section = ""
        for key in Self.keys {
            let parts = key.name.split(separator: ".", maxSplits: 1).map(String.init)
            let indent = parts.count == 2 ? "  " : ""
            if parts.count == 2, parts[0] != section { lines += ["", "\(parts[0]):"] }
            if parts.count == 1 { lines.append("") }
            section = parts.count == 2 ? parts[0] : ""
            lines.append("\(indent)# \(key.explanation) Allowed: \(key.allowed).")
            let value = key.written(self)
            lines.append("\(indent)\(parts[parts.count - 1]):\(value.hasPrefix("\n") ? "" : " ")\(value)")
        }
        lines += RouteConfiguration.exampleComment
        return lines.joined(separator: "\n") + "\n"
    }

    /// `docs/configuration.md`.
    package static func reference() -> String {
        """
        # Configuration

        `hoopoe init` writes `hoopoe.yaml` with every key in it. `hoopoe serve FOLDER --set key=value` overrides any of
        them for one run; a list is given as YAML, as in `--set 'routes=[]'`. A key that does not exist, or a value that
        is not allowed, stops the start with exit status 78 and a message that names the key, the value and what is
        allowed. `hoopoe check FOLDER` tells the same without starting.

        Paths are absolute or relative to the data folder. Secrets never stand in the file: a key names the file that
        holds them.

        | Key | Default | What it is | Allowed |
        |---|---|---|---|
        \(table(keys, defaults: Configuration(folder: "")))

        ## A route

        Each entry of `routes` has these keys.

        | Key | Default | What it is | Allowed |
        |---|---|---|---|
        \(table(RouteConfiguration.keys, defaults: RouteConfiguration()))

        ```yaml
        routes:
        \(routesBlock([.example], indent: "  "))
        ```

        """
    }

    private static func table<Root>(_ keys: [ConfigurationKey<Root>], defaults: Root) -> String {
        keys.map { key in
            let value = key.isSet(defaults) ? "`\(key.written(defaults))`" : "none: required"
            return "| `\(key.name)` | \(value) | \(key.explanation) | \(key.allowed) |"
        }.joined(separator: "\n")
    }
}

extension RouteConfiguration {
    /// What a filled-in route looks like: a made-up carrier, a number from the range set aside for fiction.
    static var example: RouteConfiguration {
        var route = RouteConfiguration()
        route.name = "carrier"
        route.smsc = Endpoint(host: "smpp.example.net", port: 2775)
        route.systemID = "hoopoe"
        route.passwordFile = "carrier.password"
        route.senders = ["+447700900123"]
        route.prefixes = ["+44"]
        route.pricePerSegment = Price(tenThousandths: 400)
        return route
    }

    fileprivate static var exampleComment: [String] {
        let width = keys.map(\.name.count).max() ?? 0
        let explained = keys.map { key in
            "#   \(key.name)\(String(repeating: " ", count: width - key.name.count))  \(key.explanation)"
        }
        let example = routesBlock([.example], indent: "  ").split(separator: "\n").map { "# \($0)" }
        return ["", "# The keys of a route:"] + explained + ["#", "# For example:", "# routes:"] + example
    }
}
