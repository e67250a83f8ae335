import Consent

/// Both files, for a job that runs alone: first the keys file, synced, then content.
struct KeysAndContent {
    let keys: KeysFile
    let vault: Vault
    let engine: BatchEngine
    let now: Int64

    var day: Int32 { WallClock.day(of: now) }

    /// A synced transaction on content.
    func content<R: Sendable>(_ body: (Transaction) throws(StoreError) -> R) throws(StoreError) -> R {
        try engine.transact(now: now, body)
    }

    func decision(
        _ action: Decision.Action, _ purpose: PurposeCode, by person: PersonID
    ) -> Decision {
        Decision(
            id: engine.nextID(now: now).decision, person: person, purpose: purpose, action: action,
            terms: vault.terms.version, region: vault.region, at: now)
    }
}
