import Consent
import GRDB

extension Content {
    /// The SHA-256 of every version of the terms that was noted here.
    func recordedTerms() throws(StoreError) -> [Int: [UInt8]] {
        try StoreError.wrap {
            try pool.read { db in
                let rows = try SQL(db: db).rows("SELECT version, sha256 FROM terms") { row in
                    (row[0] as Int, row.bytes(1))
                }
                return Dictionary(rows) { first, _ in first }
            }
        }
    }
}

extension TermsFolder {
    /// The terms in force, checked against what was noted of them; a folder that never had any gets the first.
    ///
    /// - Throws: `alteredTerms` or `missingTerms` for a file that isn't what was published, `badTerms` for one that
    ///   can't be read.
    func inForce(recorded: [Int: [UInt8]]) throws(StoreError) -> Terms {
        var terms = try terms()
        if terms == nil, recorded.isEmpty {
            try createFirst()
            terms = .first
        }
        guard let terms else { throw .missingTerms(recorded.keys.max() ?? 1) }
        let digests = Dictionary(terms.digests) { first, _ in first }
        for (version, digest) in recorded.sorted(by: { $0.key < $1.key }) {
            guard let found = digests[version] else { throw .missingTerms(version) }
            guard found == digest else { throw .alteredTerms(version) }
        }
        return terms
    }
}
