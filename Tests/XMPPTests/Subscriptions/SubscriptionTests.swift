import Testing

@testable import XMPP

/// RFC 6121 Appendix A, every row of every table.
@Suite struct SubscriptionTests {
    /// One row: `state → next: actions`.
    struct Row: Sendable, CustomTestStringConvertible {
        let request: SubscriptionRequest
        let isOutbound: Bool
        let from: Subscription
        let to: Subscription
        let actions: [SubscriptionAction]

        var testDescription: String { "\(request) \(isOutbound ? "out" : "in") in \(from) → \(to)" }

        /// `none+in! → from: route presence`, where `!` says approved beforehand.
        init?(_ text: String, _ request: SubscriptionRequest, isOutbound: Bool) {
            let halves = text.split(separator: " → ")
            let result = halves[1].split(separator: ":", omittingEmptySubsequences: false)
            guard let from = Self.subscription(halves[0]), let to = Self.subscription(result[0]) else { return nil }
            self.request = request
            self.isOutbound = isOutbound
            self.from = from
            self.to = to
            var actions: [SubscriptionAction] = []
            for word in result[1].split(separator: " ") {
                switch word {
                case "route": actions.append(.route)
                case "deliver": actions.append(.deliver)
                case "answer": actions.append(.send(.subscribed))
                case "presence": actions.append(.sendPresence)
                case "absence": actions.append(.sendUnavailable)
                default: return nil
                }
            }
            self.actions = actions
        }

        static func subscription(_ text: Substring) -> Subscription? {
            let isApproved = text.hasSuffix("!")
            return SubscriptionState(rawValue: String(isApproved ? text.dropLast() : text))
                .map { Subscription($0, isApproved: isApproved) }
        }
    }

    static func table(_ request: SubscriptionRequest, isOutbound: Bool, _ rows: [String]) -> [Row] {
        rows.compactMap { Row($0, request, isOutbound: isOutbound) }
    }

    static let outbound: [Row] =
        table(
            .subscribe, isOutbound: true,
            [
                "none → none+out: route", "none+out → none+out: route", "none+in → none+out+in: route",
                "none+out+in → none+out+in: route", "to → to: route", "to+in → to+in: route",
                "from → from+out: route", "from+out → from+out: route", "both → both: route",
                "none! → none+out!: route"
            ])
        + table(
            .unsubscribe, isOutbound: true,
            [
                "none → none: route", "none+out → none: route", "none+in → none+in: route",
                "none+out+in → none+in: route", "to → none: route", "to+in → none+in: route",
                "from → from: route", "from+out → from: route", "both → from: route",
                "to! → none!: route"
            ])
        + table(
            .subscribed, isOutbound: true,
            [
                "none → none!:", "none+out → none+out!:", "none+in → from: route presence",
                "none+out+in → from+out: route presence", "to → to!:", "to+in → both: route presence",
                "from → from:", "from+out → from+out:", "both → both:",
                "none! → none!:"
            ])
        + table(
            .unsubscribed, isOutbound: true,
            [
                "none → none:", "none+out → none+out:", "none+in → none: route", "none+out+in → none+out: route",
                "to → to:", "to+in → to: route", "from → none: absence route", "from+out → none+out: absence route",
                "both → to: absence route",
                "none! → none:", "none+out! → none+out:", "to! → to:"
            ])

    static let inbound: [Row] =
        table(
            .subscribe, isOutbound: false,
            [
                "none → none+in: deliver", "none+out → none+out+in: deliver", "none+in → none+in:",
                "none+out+in → none+out+in:", "to → to+in: deliver", "to+in → to+in:",
                "from → from: answer", "from+out → from+out: answer", "both → both: answer",
                "none! → from: answer presence", "none+out! → from+out: answer presence",
                "to! → both: answer presence"
            ])
        + table(
            .unsubscribe, isOutbound: false,
            [
                "none → none:", "none+out → none+out:", "none+in → none: deliver",
                "none+out+in → none+out: deliver", "to → to:", "to+in → to: deliver",
                "from → none: deliver absence", "from+out → none+out: deliver absence",
                "both → to: deliver absence",
                "none! → none!:"
            ])
        + table(
            .subscribed, isOutbound: false,
            [
                "none → none:", "none+out → to: deliver", "none+in → none+in:", "none+out+in → to+in: deliver",
                "to → to:", "to+in → to+in:", "from → from:", "from+out → both: deliver", "both → both:",
                "none+out! → to!: deliver"
            ])
        + table(
            .unsubscribed, isOutbound: false,
            [
                "none → none:", "none+out → none: deliver", "none+in → none+in:",
                "none+out+in → none+in: deliver", "to → none: deliver", "to+in → none+in: deliver",
                "from → from:", "from+out → from: deliver", "both → from: deliver",
                "to! → none!: deliver"
            ])

    @Test func `no row was lost in reading`() {
        #expect(Self.outbound.count == 10 + 10 + 10 + 12)
        #expect(Self.inbound.count == 12 + 10 + 10 + 10)
        for request in SubscriptionRequest.allCases {
            for rows in [Self.outbound, Self.inbound] {
                let states = Set(rows.filter { $0.request == request && !$0.from.isApproved }.map(\.from.state))
                #expect(states == Set(SubscriptionState.allCases))
            }
        }
    }

    @Test(arguments: outbound) func `Appendix A.2`(_ row: Row) {
        let change = row.from.outbound(row.request)
        #expect(change.subscription == row.to)
        #expect(change.actions == row.actions)
    }

    @Test(arguments: inbound) func `Appendix A.3`(_ row: Row) {
        let change = row.from.inbound(row.request)
        #expect(change.subscription == row.to)
        #expect(change.actions == row.actions)
    }

    /// Two servers that start apart agree again once both have asked and answered (RFC 6121 §3.1.2's reason to route).
    @Test(arguments: SubscriptionState.allCases, SubscriptionState.allCases)
    func `asking and answering ends any disagreement`(mine: SubscriptionState, theirs: SubscriptionState) {
        var me = Subscription(mine)
        var them = Subscription(theirs)
        func tell(_ request: SubscriptionRequest) {
            let sent = me.outbound(request)
            me = sent.subscription
            guard sent.actions.contains(.route) else { return }
            let received = them.inbound(request)
            them = received.subscription
            if received.actions.contains(.send(.subscribed)) { me = me.inbound(.subscribed).subscription }
        }
        tell(.unsubscribe)
        tell(.subscribe)
        let answer = them.outbound(.subscribed)
        them = answer.subscription
        if answer.actions.contains(.route) { me = me.inbound(.subscribed).subscription }
        #expect(me.state.isTo && !me.state.isPendingOut)
        #expect(them.state.isFrom && !them.state.isPendingIn)
    }

    @Test(arguments: SubscriptionState.allCases)
    func `what a roster item shows of a state`(state: SubscriptionState) {
        let shown = state.attribute + (state.isPendingOut ? "+out" : "") + (state.isPendingIn ? "+in" : "")
        #expect(shown == state.rawValue)
        #expect(state.isTo == (state.attribute == "to" || state.attribute == "both"))
        #expect(state.isFrom == (state.attribute == "from" || state.attribute == "both"))
    }
}
