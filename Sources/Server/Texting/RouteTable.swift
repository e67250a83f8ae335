package import Consent
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
        way(isOwn: own.contains(number.digits)) { number.digits.hasPrefix($0) }
    }

    /// The same for a number that a permit opened.
    package func way(to number: OpenedNumber) -> Way {
        way(isOwn: own.contains { number.isEqual(to: $0.utf8) }) { number.begins(with: $0.utf8) }
    }

    private func way(isOwn: Bool, _ begins: (String) -> Bool) -> Way {
        if isOwn { return .ownNumber }
        var best: (route: Route, length: Int)?
        for route in routes {
            for prefix in route.prefixes where !prefix.isEmpty && begins(prefix) {
                let length = prefix.utf8.count
                if length > best?.length ?? 0 { best = (route, length) }
            }
        }
        return best.map { .route($0.route) } ?? .none
    }
}
