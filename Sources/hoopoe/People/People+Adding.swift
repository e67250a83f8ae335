// SPDX-License-Identifier: Apache-2.0

extension People {
    /// Adds everybody of a list, deriving verifiers on all cores; returns the names that were taken.
    package func add(_ list: PeopleList, iterations: Int) async throws(Failure) -> [String] {
        var taken: [String] = []
        // Small enough for one message and one commit, large enough to make both rare.
        let batch = 256
        for start in stride(from: 0, to: list.entries.count, by: batch) {
            let slice = list.entries[start..<min(start + batch, list.entries.count)]
            taken += try await add(try await derived(slice, iterations: iterations))
        }
        return taken
    }

    private func derived(
        _ entries: ArraySlice<PeopleList.Entry>, iterations: Int
    ) async throws(Failure) -> [NewMember] {
        do {
            return try await withThrowingTaskGroup(of: NewMember.self) { group in
                for entry in entries {
                    group.addTask { try entry.member(iterations: iterations) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        } catch {
            throw Failure(.internalError, "a password's verifiers could not be derived")
        }
    }
}

extension PeopleList.Entry {
    /// The person as they are kept. Slow for a password.
    fileprivate func member(iterations: Int) throws -> NewMember {
        switch credential {
        case .password(let password): NewMember(name: name, verifiers: try .init(password, iterations: iterations))
        case .verifiers(let verifiers): NewMember(name: name, verifiers: verifiers)
        }
    }
}
