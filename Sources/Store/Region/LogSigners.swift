import Consent
import Proof

/// The keys of a region's logs, read from the keys file.
enum LogSigners {
    /// The signers of all logs, by their numbers; the highest is the one that grows. A keys file of before there were logs
    /// gets the key of the first.
    static func read(
        _ keys: KeysFile, issuer: Issuer, region: Region, key: RegionKey
    ) throws(StoreError) -> [Int32: LogSigner] {
        var stored = try keys.read { (keys) throws(StoreError) in try keys.secrets() }
            .filter { $0.name == LogSecret.name }
        if stored.isEmpty { stored = [try mint(1, keys, region: region, key: key)] }
        var signers: [Int32: LogSigner] = [:]
        for secret in stored {
            let seed = try open(secret, region: region, key: key)
            do throws(NoteError) {
                signers[secret.version] = try LogSigner(
                    issuer: issuer, region: region, number: secret.version, seed: seed)
            } catch {
                throw .damaged(KeysFile.fileName)
            }
        }
        return signers
    }

    /// A key for a log that doesn't exist yet, synced.
    static func mint(
        _ number: Int32, _ keys: KeysFile, region: Region, key: RegionKey
    ) throws(StoreError) -> NumberSecrets.Stored {
        let secret = try StoreError.consenting { () throws(Denied) in
            try LogSecret.mint(number, for: region, under: key)
        }
        try keys.write { (keys) throws(StoreError) in try keys.insert(secret) }
        return secret
    }

    private static func open(
        _ secret: NumberSecrets.Stored, region: Region, key: RegionKey
    ) throws(StoreError) -> [UInt8] {
        do throws(Denied) {
            return try LogSecret.open(secret, region: region, under: key)
        } catch {
            throw .wrongRegionKey
        }
    }
}
