// SPDX-License-Identifier: Apache-2.0

import XMPP

extension People {
    /// Adds everybody of a list, deriving verifiers on all cores; returns the names that were taken.
    ///
    /// Slice by slice, each of which is there wholly or, after a crash, not at all: adding the same list again goes on
    /// where it ended. `progress` is told after each how many of the list have had their turn.
    package func add(
        _ list: PeopleList, iterations: Int, progress: (Int) -> Void = { _ in }
    ) async throws(Failure) -> [String] {
        var taken: [String] = []
        var slice: [PeopleList.Entry] = []
        var (weight, done) = (0, 0)
        for entry in list {
            slice.append(entry)
            weight += entry.weight
            guard weight >= Self.sliceWeight else { continue }
            taken += try await add(try await derived(slice, iterations: iterations))
            done += slice.count
            progress(done)
            slice.removeAll(keepingCapacity: true)
            weight = 0
        }
        if !slice.isEmpty { taken += try await add(try await derived(slice, iterations: iterations)) }
        return taken
    }

    /// Small enough for one message to the server and for a commit that keeps nobody waiting, large enough to make both rare.
    private static var sliceWeight: Int { 1_024 }

    private func derived(
        _ entries: [PeopleList.Entry], iterations: Int
    ) async throws(Failure) -> [NewMember] {
        do {
            return try await withThrowingTaskGroup(of: (Int, NewMember).self) { group in
                var members = entries.map { $0.readyMember }
                for (place, entry) in entries.enumerated() {
                    guard case .password(let password) = entry.credential else { continue }
                    group.addTask {
                        (place, NewMember(name: entry.name, verifiers: try .init(password, iterations: iterations)))
                    }
                }
                for try await (place, member) in group { members[place] = member }
                return members.compactMap(\.self)
            }
        } catch {
            throw Failure(.internalError, "a password's verifiers could not be derived")
        }
    }
}

extension PeopleList.Entry {
    /// Passwords take time to derive from, and salts of a kilobyte take room in a message.
    fileprivate var weight: Int {
        switch credential {
        case .password: 4
        case .verifiers(let both): 1 + (both.sha1.salt.count + both.sha256.salt.count) / 256
        }
    }

    /// The person as they are kept, if nothing needs deriving.
    fileprivate var readyMember: NewMember? {
        guard case .verifiers(let verifiers) = credential else { return nil }
        return NewMember(name: name, verifiers: verifiers)
    }
}
