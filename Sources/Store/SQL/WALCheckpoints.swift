import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

/// Copies a database's write-ahead log into its file while commits go on.
///
/// SQLite would do it within the commit that makes the log too long, and whoever waits for that commit would wait for tens of
/// milliseconds more. Here a connection of its own copies (a passive checkpoint). What commits append meanwhile keeps the log
/// from being begun anew, so the writer copies that little itself, between two commits.
final class WALCheckpoints: Sendable {
    /// How many pages are written to the log before it is copied: 16 MiB. Pages that are written again and again are copied
    /// once.
    static let due = 4_000
    /// Where SQLite copies it within a commit after all: if this can't keep up.
    static let limit = 16_000

    private enum Phase {
        /// Until so many pages were written.
        case waiting(until: Int)
        /// By the other connection.
        case copying
        /// But for what came meanwhile.
        case copied
        case failed(StoreError)
    }

    private struct State {
        var phase: Phase
        /// Pages that the writer's connection wrote, and how many SQLite counted when it was last asked; its count begins anew after
        /// 31 bits.
        var written = 0
        var counted: CInt = 0
        /// Made when it is needed; few stores live that long.
        var copier: DatabaseQueue?
    }

    private let path: String
    private let queue = DispatchQueue(label: "hoopoe.checkpoints")
    private let due: Int
    private let state: Mutex<State>

    init(database path: String, due: Int = WALCheckpoints.due) {
        (self.path, self.due) = (path, due)
        state = Mutex(State(phase: .waiting(until: due)))
    }

    /// Notes how much the writer's connection has written; to be called on it after each commit.
    func note(_ db: Database) {
        var (now, most): (CInt, CInt) = (0, 0)
        guard unsafe sqlite3_db_status(db.sqliteConnection, SQLITE_DBSTATUS_CACHE_WRITE, &now, &most, 0) == SQLITE_OK
        else {
            return
        }
        state.withLock { state in
            state.written += Int((now &- state.counted) & .max)
            state.counted = now
        }
    }

    /// Does what is due; to be called by the writer between commits.
    ///
    /// - Throws: what the disk said when the log was copied. The log has it all still, but a disk that refuses isn't written to
    ///   any more.
    func tend(_ writer: DatabasePool) throws(StoreError) {
        enum Step { case none, copy, finish }
        let step = try state.withLock { (state: inout State) throws(StoreError) -> Step in
            switch state.phase {
            case .waiting(let until) where state.written >= until:
                state.phase = .copying
                return .copy
            case .waiting, .copying: return .none
            case .copied: return .finish
            case .failed(let error): throw error
            }
        }
        switch step {
        case .none: break
        case .copy: queue.async { self.copy() }
        case .finish:
            let isWhole = try StoreError.wrap { try writer.writeWithoutTransaction { try Self.checkpoint($0) } }
            // A quarter of it if somebody was reading the state of before.
            state.withLock { $0.phase = .waiting(until: $0.written + (isWhole ? due : due / 4)) }
        }
    }

    /// Waits until nothing is being copied: two can't at a time.
    func settle() {
        queue.sync {}
    }

    /// Lets go of the database.
    func close() {
        queue.sync {
            let copier = state.withLock { state in
                defer { state.copier = nil }
                return state.copier
            }
            // The writer's connection closes after it, and has what there is to say.
            try? copier?.close()
        }
    }

    private func copy() {
        do throws(StoreError) {
            _ = try StoreError.wrap {
                let copier = try state.withLock(\.copier) ?? Durable.single(path)
                state.withLock { $0.copier = copier }
                return try copier.writeWithoutTransaction { try Self.checkpoint($0) }
            }
            state.withLock { $0.phase = .copied }
        } catch {
            state.withLock { $0.phase = .failed(error) }
        }
    }

    /// - Returns: whether all of the log is in the file, so that it begins anew with the next commit.
    private static func checkpoint(_ db: Database) throws -> Bool {
        do {
            let (frames, copied) = try db.checkpoint(.passive)
            return frames == copied
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            // Somebody else copies it: a backup's end, or the same program beside.
            return false
        }
    }
}
