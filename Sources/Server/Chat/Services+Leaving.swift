// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import Wire

/// "leave", "leave now", "stay".
extension Services {
    /// Ends the account after the days of grace; at once if there are none.
    func leave(_ account: Account) async throws(StoreError) -> [String] {
        let days = configuration.leave.days
        guard days > 0 else { return try await leaveNow(account) }
        if let due = try await leaving(account) { return [ChatText.alreadyLeaving(due: due)] }
        let due = now.milliseconds + Int64(days) * 86_400_000
        try await store.writer.requestLeave(account.person, due: due)
        return [ChatText.leaving(days: days, due: due)]
    }

    /// Ends the account. The last words are said by the departure itself: there is nobody left to answer.
    func leaveNow(_ account: Account) async throws(StoreError) -> [String] {
        // Written down first: a server that is killed in between goes on with it at its next start.
        try await store.writer.requestLeave(account.person, due: now.milliseconds)
        do throws(StoreError) {
            try await departures.end(account.person)
        } catch {
            // The hourly round may have done it in between.
            guard error == .noSuchPerson else { throw error }
        }
        return []
    }

    func stay(_ account: Account) async throws(StoreError) -> [String] {
        let wasLeaving = try await leaving(account) != nil
        if wasLeaving { try await store.writer.stay(account.person) }
        return [ChatText.stays(wasLeaving)]
    }

    private func leaving(_ account: Account) async throws(StoreError) -> Int64? {
        let person = account.person
        return try await store.read { snapshot throws(StoreError) in try snapshot.leaving(of: person) }
    }

    /// Tells people whose account ends within a day, once: `hour` is how long ago this was called last.
    func remindLeavers(every hour: Int64 = 3_600_000) async throws(StoreError) {
        let soon = now.milliseconds + 86_400_000
        let people = try await store.read { snapshot throws(StoreError) in
            var people: [(PersonID, Int64)] = []
            for person in try snapshot.leaving(by: soon) {
                guard let due = try snapshot.leaving(of: person), due > soon - hour else { continue }
                people.append((person, due))
            }
            return people
        }
        for (person, due) in people {
            guard let account = await accounts.load(person) else { continue }
            await say(ChatText.leaving(days: 1, due: due, reminded: true), to: account)
        }
    }
}
