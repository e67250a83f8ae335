/// Asks a quiet peer whether it still lives (SMPP 3.4 §4.11).
struct LinkWatch: Sendable {
    enum Duty {
        case none
        case enquire
        case dead
    }

    private let interval: Milliseconds
    private let patience: Milliseconds
    private var lastHeard: Milliseconds
    private var enquired: Milliseconds?

    /// `interval`: quiet time after which to ask.
    /// `patience`: how long to wait for any sign of life then.
    init(interval: Milliseconds, patience: Milliseconds, now: Milliseconds) {
        self.interval = interval
        self.patience = patience
        lastHeard = now
    }

    var nextDeadline: Milliseconds {
        enquired.map { $0 + patience } ?? lastHeard + interval
    }

    /// Any PDU proves that the peer lives, not only enquire_link_resp.
    mutating func heard(now: Milliseconds) {
        lastHeard = now
        enquired = nil
    }

    mutating func check(now: Milliseconds) -> Duty {
        guard now >= nextDeadline else { return .none }
        guard enquired == nil else { return .dead }
        enquired = now
        return .enquire
    }
}
