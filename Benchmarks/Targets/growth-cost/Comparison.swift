import Consent
import Store

/// Stores that are open together and do the same in turn, so that what else the machine does falls on all of them.
struct Comparison {
    let folders: [String]

    private static let rounds = 5
    /// As many as the tail takes before it is indexed, since each text is two messages: no round has more of that work than
    /// another.
    private static let texts = 32_768

    init(_ folders: [String]) {
        self.folders = folders
    }

    /// What a text costs that is sent by people who have just written before.
    func texts(among pairs: (Accounts) async throws -> [(PersonID, PersonID)]) async throws {
        try await Stores.opened(folders) { stores in
            var turns: [(Int) throws -> Double] = []
            for store in stores {
                let traffic = Traffic(store: store, pairs: try await pairs(Accounts(store: store)), batch: 32)
                turns.append { _ in try traffic.cost(of: Self.texts) }
            }
            GrowthCost.tell("text_us", try inTurn(turns))
        }
    }

    /// What a text costs whose sender and recipient haven't been heard of: `count` of them a round, each between two people
    /// who take part in no other. At first they have no key of the day, which is minted and synced; then the stores are opened
    /// anew, and their keys are read and unwrapped.
    func firstTexts(_ count: Int) async throws {
        for name in ["first_text_of_day_us", "first_text_since_start_us"] {
            try await Stores.opened(folders) { stores in
                var turns: [(Int) throws -> Double] = []
                for store in stores {
                    let pairs = try await Accounts(store: store).pairs(count * (Self.rounds + 1), skipping: 100)
                    turns.append { round in
                        let mine = Array(pairs[(round * count)..<((round + 1) * count)])
                        return try Traffic(store: store, pairs: mine, batch: 32).cost(of: count)
                    }
                }
                GrowthCost.tell(name, try inTurn(turns))
            }
        }
    }

    /// The median of five rounds of each, after one that doesn't count.
    private func inTurn(_ turns: [(Int) throws -> Double]) throws -> [Double] {
        var costs = turns.map { _ in [Double]() }
        for round in 0...Self.rounds {
            for (index, turn) in turns.enumerated() {
                let cost = try turn(round)
                if round > 0 { costs[index].append(cost) }
            }
        }
        return costs.map { $0.sorted()[Self.rounds / 2] }
    }
}
