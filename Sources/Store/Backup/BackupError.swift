import GRDB
import Glibc

/// Why a backup could not be written, checked or restored, as a sentence for a person.
package enum BackupError: Error, Hashable, Sendable {
    /// The system refused to read or write a file; `code` is an errno.
    case file(path: String, code: Int32)
    /// SQLite refused; `code` is its extended result code.
    case database(path: String, code: Int32)
    case store(StoreError)
    /// There is something else at this place, which a backup must not mix with.
    case notOurs(String)
    /// The place holds backups of another store.
    case otherStore(String)
    /// A backup inside what it is a backup of.
    case inside(String, folder: String)
    /// Another backup is being written there just now.
    case busy(String)
    /// There are key parts at two places, one of which would grow old.
    case twoKeyParts(kept: String, asked: String)
    /// The key part belongs somewhere else, and nobody said where.
    case keysApart(String)
    /// No backup at all, or none of that stamp.
    case nothing(String)
    /// A file that the manifest names isn't there.
    case missing(String)
    /// A file isn't what the manifest says.
    case damaged(String, String)
    /// The backup was written by a newer version of this program.
    case newerFormat(String)
    /// A restore goes to a new or an empty folder.
    case notEmpty(String)
}

extension BackupError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let path, ENOSPC), .file(let path, EDQUOT), .database(let path, 13):
            "no room is left for \(path). The backup before this one is untouched; make room and run this again."
        case .file(let path, let code): "\(path): \(systemMessage(code))"
        case .database(let path, let code): "\(path): SQLite refused with code \(code)"
        case .store(let error): error.description
        case .notOurs(let path):
            "\(path) holds something that is no backup of ours; nothing was changed. Name a new folder, or an empty one."
        case .otherStore(let path):
            "\(path) belongs to the backups of another store; nothing was changed. Name a folder of its own."
        case .inside(let path, let folder):
            "\(path) lies inside \(folder): a backup that is lost together with what it is a backup of is none."
        case .busy(let path): "another backup is being written to \(path) just now; wait for it to end."
        case .twoKeyParts(let kept, let asked):
            "the key part of these backups is in \(kept), not in \(asked). Two would mean that one grows old and keeps "
                + "what people withdrew: move \(kept) away or destroy it first."
        case .keysApart(let path):
            "the key part of the backups in \(path) is kept apart from them: name its folder with --keys."
        case .nothing(let what): "there is no backup: \(what)."
        case .missing(let path): "\(path) is missing from the backup."
        case .damaged(let path, let why): "\(path) is damaged: \(why)."
        case .newerFormat(let path): "\(path) was written by a newer version of this program."
        case .notEmpty(let path): "\(path) is not empty; nothing was changed. Restore into a new folder."
        }
    }

    private func systemMessage(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}

extension BackupError {
    /// Runs code over the database file at `path`.
    static func wrap<R>(_ path: String, _ body: () throws -> R) throws(BackupError) -> R {
        do {
            return try body()
        } catch let error as BackupError {
            throw error
        } catch let error as StoreError {
            throw .store(error)
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_NOTADB, .SQLITE_CORRUPT: throw .damaged(path, "SQLite doesn't find it whole")
            default: throw .database(path: path, code: error.extendedResultCode.rawValue)
            }
        } catch {
            throw .damaged(path, "it can't be understood")
        }
    }
}
