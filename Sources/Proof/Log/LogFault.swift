/// What is wrong with a log, or what kept it from being verified.
package enum LogFault: Error, Hashable, Sendable {
    /// The policy doesn't accept the log's checkpoint.
    case untrusted(PolicyRefusal)
    /// The policy doesn't accept the checkpoint seen earlier.
    case untrustedEarlier(PolicyRefusal)
    /// A file couldn't be read, or isn't of its form.
    case file(TileError)
    /// A tile isn't what follows from the entries.
    case altered(path: String)
    /// Entries and tiles agree with each other and not with the signed root hash.
    case otherRoot(size: Int)
    /// The checkpoint seen earlier is of another log.
    case otherLog(earlier: String, now: String)
    /// The checkpoint is of a smaller log than the one seen earlier: an old one replayed, or entries taken back.
    case older(earlier: Int, now: Int)
    /// The entries up to the size seen earlier are others now: the log has shown two histories, and signed both.
    case forked(size: Int)
    /// Not every file was checked.
    case unfinished
}

extension LogFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .untrusted(let refusal):
            "the log's checkpoint isn't to be trusted: \(refusal)"
        case .untrustedEarlier(let refusal):
            "the checkpoint seen earlier isn't to be trusted: \(refusal)"
        case .file(let error):
            error.description
        case .altered(let path):
            "\(path) isn't what follows from the log's entries: one of the two was altered"
        case .otherRoot(let size):
            "the \(size) entries don't give the root hash that the log signed: entries were altered, or the checkpoint is of others"
        case .otherLog(let earlier, let now):
            "the checkpoint seen earlier is of the log \(earlier), this one is \(now)"
        case .older(let earlier, let now):
            "the log had \(earlier) entries when it was last seen and now shows \(now): an old checkpoint is replayed, or entries were "
                + "taken back"
        case .forked(let size):
            "the log is forked: its first \(size) entries aren't those it signed earlier. Keep both checkpoints; together they prove it"
        case .unfinished:
            "not every file of the log was checked"
        }
    }
}
