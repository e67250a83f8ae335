import Consent

/// The vault's doors with the store's errors.
extension Vault {
    func serving<R: PermitResult>(
        _ person: PersonID, _ body: (borrowing ServicePermit) throws(Denied) -> R
    ) throws(StoreError) -> R {
        do throws(Denied) {
            return try withService(for: person, body)
        } catch {
            throw .denied(error)
        }
    }

    func permitting<P: Purpose, R: PermitResult>(
        _ purpose: P.Type, _ person: PersonID, _ body: (borrowing Permit<P>) throws(Denied) -> R
    ) throws(StoreError) -> R {
        do throws(Denied) {
            return try withPermit(purpose, for: person, body)
        } catch {
            throw .denied(error)
        }
    }
}
