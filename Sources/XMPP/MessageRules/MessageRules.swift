/// What happens to one message that arrived for an account.
package struct MessageDelivery: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        /// Send it to these resources, of which there is at least one.
        case deliver([String])
        /// Nobody is here for it: keep it until somebody is.
        case hold
        /// Answer with an error.
        case bounce(StanzaError.Condition)
        /// Forget it without a word.
        case drop
    }

    package let outcome: Outcome
    /// Resources that get a `<received/>` copy (XEP-0280 §7).
    package let carbons: [String]

    init(_ outcome: Outcome, carbons: [String] = []) {
        self.outcome = outcome
        self.carbons = carbons
    }
}

/// The server's rules for messages to its accounts (RFC 6121 §8.5).
///
/// Where the RFC leaves a choice: a message to a bare address goes to every resource that takes messages; one of type
/// chat *or normal* to a resource that is gone goes where a message to the bare address goes, because what was
/// acknowledged isn't lost; what can't be stored is dropped silently, because an error would tell who is offline.
package enum MessageRules {
    /// Decides where a message to an account goes.
    ///
    /// `resource` is of the address that it was sent to, if that was a full one; `resources` are the recipient's, empty
    /// if nobody is connected.
    package static func delivery(
        type: StanzaType, resource: String?, content: MessageContent, resources: Resources
    ) -> MessageDelivery {
        if let resource, resources[resource] != nil {
            let carbons = content.receivedCarbons(type: type, resources: resources, except: [resource])
            return MessageDelivery(.deliver([resource]), carbons: carbons)
        }
        switch type {
        case .chat, .normal:
            return toAccount(type: type, content: content, resources: resources)
        case .headline:
            // To an address that is gone, a headline is old news; to the account, it is for all who are here.
            let takers = resource == nil ? resources.takers : []
            return MessageDelivery(takers.isEmpty ? .drop : .deliver(takers))
        case .groupchat:
            return MessageDelivery(.bounce(.serviceUnavailable))
        default:
            return MessageDelivery(.drop)
        }
    }

    private static func toAccount(
        type: StanzaType, content: MessageContent, resources: Resources
    ) -> MessageDelivery {
        let takers = resources.takers
        if !takers.isEmpty {
            let carbons = content.receivedCarbons(type: type, resources: resources, except: takers)
            return MessageDelivery(.deliver(takers), carbons: carbons)
        }
        // A resource that isn't available yet gets what is held when it becomes so: a copy would be a second one.
        let absent = resources.all.filter { !$0.isAvailable }.map(\.name)
        let carbons = content.receivedCarbons(type: type, resources: resources, except: absent)
        return MessageDelivery(content.storage(type: type) == .never ? .drop : .hold, carbons: carbons)
    }

    /// What happens to a message to an account that doesn't exist (RFC 6121 §8.5.1).
    package static func deliveryToNobody(type: StanzaType) -> MessageDelivery {
        switch type {
        case .headline, .error: MessageDelivery(.drop)
        default: MessageDelivery(.bounce(.serviceUnavailable))
        }
    }
}

extension Resources {
    /// Names of the resources that get messages to the bare address.
    fileprivate var takers: [String] { all.filter(\.takesMessages).map(\.name) }
}
