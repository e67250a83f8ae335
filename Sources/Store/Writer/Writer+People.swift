package import Consent

extension Writer {
    /// Adds people, each with everything off. Names that are taken fail alone.
    package func add(_ people: [NewPerson]) async throws(StoreError) -> [Result<PersonID, StoreError>] {
        try await exclusively { (both) throws(StoreError) in try both.add(people) }
    }
}

extension KeysAndContent {
    func add(_ people: [NewPerson]) throws(StoreError) -> [Result<PersonID, StoreError>] {
        var generator = SystemRandomNumberGenerator()
        let ids = people.map { _ in PersonID.random(using: &generator) }
        let minted = try keys.write { (keys) throws(StoreError) -> [KeyID] in
            var minted: [KeyID] = []
            for person in ids {
                let id = try keys.nextKey()
                let key = try StoreError.consenting { () throws(Denied) in
                    try vault.mintServiceKey(id, owner: person, day: day)
                }
                try keys.insert(key)
                minted.append(id)
            }
            return minted
        }
        let results = try content { (transaction) throws(StoreError) -> [Result<PersonID, StoreError>] in
            var results: [Result<PersonID, StoreError>] = []
            for (index, new) in people.enumerated() {
                do throws(StoreError) {
                    try transaction.insert(ids[index], new)
                    try transaction.use(minted[index], owner: ids[index])
                    results.append(.success(ids[index]))
                } catch {
                    if error.isFatal { throw error }
                    results.append(.failure(error))
                }
            }
            return results
        }
        try forget(zip(ids, results).compactMap { if case .failure = $1 { $0 } else { nil } })
        return results
    }

    /// Takes back the keys of people who weren't added.
    private func forget(_ people: [PersonID]) throws(StoreError) {
        guard !people.isEmpty else { return }
        try keys.write { (keys) throws(StoreError) in
            for person in people {
                for id in try keys.ids(of: person) {
                    guard let key = try keys.key(id, of: person) else { continue }
                    try keys.destroy(key, decision: nil, at: now)
                }
            }
        }
        try keys.truncateLog()
        for person in people { vault.refresh(person) }
    }
}
