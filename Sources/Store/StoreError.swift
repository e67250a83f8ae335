package import Consent

/// Why the store didn't do something, as a sentence for a person. Never contains content or identifiers.
package enum StoreError: Error, Hashable, Sendable {
    /// No consent, or no key, for what was asked.
    case denied(Denied)
    /// Somebody has that name.
    case nameTaken
    /// There is no such person, or no longer.
    case noSuchPerson
    /// What was asked contradicts what is stored.
    case conflict
    /// More is kept of this than is allowed.
    case limit
    /// The disk refused a write or a read. Nothing of the batch counts, and the writer has stopped.
    case disk(code: Int32)
    /// The writer has stopped, or was closed.
    case stopped
    /// The folder is in use by another process.
    case inUse
    /// There is no store at this place.
    case missing(String)
    /// There is a store at this place already.
    case exists(String)
    /// The file was written by a newer program.
    case newerSchema(String)
    /// The file couldn't be brought to the form that this program needs; the step that failed and SQLite's code.
    case notMigrated(file: String, step: String, code: Int32)
    /// The file couldn't be brought to the form that this program needs after the other file of its region was; SQLite's code.
    case halfMigrated(file: String, code: Int32)
    /// Others than its owner can read the file.
    case exposed(path: String)
    /// The file isn't what it should be.
    case damaged(String)
    /// `region.key` isn't the key of this keys file.
    case wrongRegionKey
    /// Keys file and content belong to different stores.
    case foreignKeys
    /// Content is sealed under so many keys that the keys file doesn't know.
    case unknownKeys(Int)
    /// The disk doesn't sync as promised: `PRAGMA synchronous` reads otherwise than FULL.
    case notDurable(String)
    /// The file of a published version of the terms isn't there.
    case missingTerms(Int)
    /// The file of a published version of the terms isn't what was published.
    case alteredTerms(Int)
    /// The file of a version of the terms can't be read as terms.
    case badTerms(Int, TermsError)
    /// The terms to be published say what those in force say.
    case sameTerms(version: Int)
    /// The log has published more than content knows of: content is older than the log.
    case logAhead(published: Int, stored: Int)
    /// What the log has published isn't what content says it should be.
    case logContradicted
    /// A file of the log isn't what it should be, and content can't make up for it; the file's name and why.
    case logDamaged(String)
    /// The files of the log can't be written, for this reason of the operating system. Nothing is lost by that.
    case logUnwritable(code: Int32)
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .denied(.noConsent): "This isn't turned on."
        case .denied(.staleTerms): "The terms have changed since this was turned on; turn it on again to go on."
        case .denied(.wrongRegion): "This was turned on for another region."
        case .denied(.erased): "This was erased; no key opens it any more."
        case .denied(.unreadable): "The keys file can't be read just now."
        case .nameTaken: "That name is taken."
        case .noSuchPerson: "There is no such person."
        case .conflict: "That contradicts what is stored."
        case .limit: "That is more than may be kept."
        case .disk(let code):
            "Disk I/O error (SQLite code \(code)): the server stops, and nothing unsaved is acknowledged."
        case .stopped: "The store has stopped writing."
        case .inUse: "Another process is using this folder."
        case .missing(let what): "There is no \(what) here."
        case .exists(let what): "There is a \(what) here already; it stays untouched."
        case .newerSchema(let file):
            """
            \(file) was written by a newer version of this program. Nothing was changed: use that version, or restore a \
            backup that this one made.
            """
        case .notMigrated(let file, let step, let code):
            """
            \(file) can't be brought to the form that this version needs: step "\(step)" failed \
            (\(Self.reason(ofSQLite: code))). Nothing was changed; the version before this one opens the folder as it was.
            """
        case .halfMigrated(let file, let code):
            """
            \(file) can't be brought to the form that this version needs (\(Self.reason(ofSQLite: code))), and the other file of \
            the region already has it. Nothing is lost: see to the disk and start this version again; an older one refuses \
            the folder now.
            """
        case .exposed(let path): "\(path) can be read by others than its owner: chmod 600 \(path)"
        case .damaged(let file): "\(file) is damaged or isn't what its name says."
        case .wrongRegionKey: "region.key doesn't open keys.sqlite: one of them was replaced."
        case .foreignKeys: "keys.sqlite belongs to another store than content.sqlite."
        case .unknownKeys(let count):
            """
            content.sqlite holds rows sealed under \(count) keys that keys.sqlite has never seen. An older keys.sqlite \
            was put in place. Nothing was deleted; restore the keys.sqlite that goes with this content.
            """
        case .logAhead(let published, let stored):
            """
            The log has published \(published) records and content.sqlite holds \(stored) of them: an older content.sqlite was \
            put in place. Going on would sign another history than the one published. Put back the newer one, or use \
            hoopoe restore, which begins a new log.
            """
        case .logContradicted:
            """
            The log has published other records than those in content.sqlite: one of them was replaced. Nothing is signed; \
            put back what belongs together, or use hoopoe restore, which begins a new log.
            """
        case .logDamaged(let what): "The log's \(what). Put it back from a copy of the log."
        case .logUnwritable(let code):
            "The log can't be written (error \(code)); its records wait in the store and are published later."
        case .notDurable(let file): "\(file) can't be opened with full syncing; no promise could be kept."
        case .missingTerms(let version):
            "terms/\(version).json was published and isn't there. People agreed to it: put the file back."
        case .alteredTerms(let version):
            """
            terms/\(version).json isn't the file that was published: its SHA-256 is another than the recorded one. People \
            agreed to what it said then: put the published file back, and publish what is new as a new version.
            """
        case .badTerms(let version, let error): "terms/\(version).json: \(error)"
        case .sameTerms(let version):
            "There is nothing to publish: these terms say what version \(version) says, which is in force."
        }
    }

    /// What a result code of SQLite says to a person.
    private static func reason(ofSQLite code: Int32) -> String {
        switch code & 0xFF {
        case 13: "the disk is full: make room and start again"
        case 8, 14: "the file or its folder can't be written by this user"
        case 5, 6: "another process is using the file"
        default: "SQLite code \(code)"
        }
    }
}
