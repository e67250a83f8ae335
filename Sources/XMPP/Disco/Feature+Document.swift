extension Feature {
    /// The whole of `docs/protocols.md`.
    package static var document: String {
        var lines = [
            "# Protocols",
            "",
            "Printed from the table that service discovery answers from; a test compares the two, so edit the table.",
            "*complete*: all that the specification asks of a server like this one · *partial*: the note says which part",
            "· *relayed*: between clients, passed on and treated as the note says.",
            "",
            "| Specification | Title | Status | Announced by | Note |",
            "|---|---|---|---|---|"
        ]
        for feature in all {
            lines.append(
                "| \(feature.specification) | \(feature.title) | \(feature.status.rawValue) | \(feature.announcement) "
                    + "| \(feature.note) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var announcement: String {
        guard !scope.isEmpty else { return "–" }
        let names = variables.map { "`\($0)`" }.joined(separator: ", ")
        switch (scope.contains(.server), scope.contains(.account)) {
        case (true, true): return "server, account: " + names
        case (true, false): return "server: " + names
        case (false, _): return "account: " + names
        }
    }
}
