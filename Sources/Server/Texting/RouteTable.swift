package import Numbers

/// Which route takes which number: the longest allowed prefix, and nothing without one.
package struct RouteTable: Sendable {
    package let routes: [Route]
    private let own: Set<String>

    package init(_ routes: [Route]) {
        self.routes = routes
        own = Set(routes.flatMap(\.senders))
    }

    /// The way for a number.
    package enum Way: Sendable {
        case route(Route)
        /// The number is one of our own sender numbers; texts to those are refused.
        case ownNumber
        /// No route takes the number's prefix.
        case none
    }

    /// The route with the longest prefix that begins the number; of two with the same, the one named first.
    package func way(to number: E164) -> Way {
        way(toDigits: number.digits)
    }

    func way(toDigits digits: String) -> Way {
        if own.contains(digits) { return .ownNumber }
        var best: (route: Route, length: Int)?
        for route in routes {
            for prefix in route.prefixes where !prefix.isEmpty && digits.hasPrefix(prefix) {
                let length = prefix.utf8.count
                if length > best?.length ?? 0 { best = (route, length) }
            }
        }
        return best.map { .route($0.route) } ?? .none
    }
}
