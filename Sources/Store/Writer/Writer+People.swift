package import Consent

extension Writer {
    /// Adds people, each with everything off. Names that are taken fail alone.
    package func add(_ people: [NewPerson]) async throws(StoreError) -> [Result<PersonID, StoreError>] {
        try await exclusively { (both) throws(StoreError) in try both.add(people) }
    }
}

extension KeysAndContent {
    /// Keys are made only for those whose name is free; nobody else adds people meanwhile.
    func add(_ people: [NewPerson]) throws(StoreError) -> [Result<PersonID, StoreError>] {
        let free = try freeNames(of: people)
        let admitted = try keys.write { (keys) throws(StoreError) -> [Admission?] in
            var next = try keys.nextKey()
            var admitted: [Admission?] = []
            admitted.reserveCapacity(people.count)
            for (new, isFree) in zip(people, free) {
                guard isFree else {
                    admitted.append(nil)
                    continue
                }
                let admission = try admit(new, PersonID.random(), next)
                try keys.insert(admission.key)
                next = KeyID(rawValue: next.rawValue + 1)
                admitted.append(admission)
            }
            return admitted
        }
        let results = try content { (transaction) throws(StoreError) -> [Result<PersonID, StoreError>] in
            var results: [Result<PersonID, StoreError>] = []
            results.reserveCapacity(people.count)
            for (new, admission) in zip(people, admitted) {
                guard let admission else {
                    results.append(.failure(.nameTaken))
                    continue
                }
                do throws(StoreError) {
                    try transaction.insert(admission.person, new.name, verifiers: admission.verifiers)
                    try transaction.use(admission.key.id, owner: admission.person)
                    results.append(.success(admission.person))
                } catch {
                    if error.isFatal { throw error }
                    results.append(.failure(error))
                }
            }
            return results
        }
        try forget(
            zip(admitted, results).compactMap { admission, result in
                if case .failure = result { admission?.person } else { nil }
            })
        return results
    }

    /// Somebody to be let in, with their first key and what is sealed under it.
    private struct Admission {
        let person: PersonID
        let key: StoredKey
        let verifiers: Ciphertext
    }

    private func admit(_ new: NewPerson, _ person: PersonID, _ id: KeyID) throws(StoreError) -> Admission {
        try StoreError.consenting { () throws(Denied) in
            let (key, verifiers) = try vault.mintServiceKey(
                id, owner: person, day: day, sealing: new.verifiers.packed, at: Verifiers.place(of: person))
            return Admission(person: person, key: key, verifiers: verifiers)
        }
    }

    /// Whether each may have their name: nobody has it, and nobody earlier in the list wants it.
    private func freeNames(of people: [NewPerson]) throws(StoreError) -> [Bool] {
        try content { (transaction) throws(StoreError) in
            var wanted: Set<String> = []
            var free: [Bool] = []
            free.reserveCapacity(people.count)
            for new in people {
                let holder = try transaction.snapshot.person(named: new.name)
                free.append(wanted.insert(new.name).inserted && holder == nil)
            }
            return free
        }
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
