// SPDX-License-Identifier: Apache-2.0

/// Wrong passwords, by account and by address, and how long whoever gave them has to wait: a value without clock or network.
///
/// After so many free ones each further one doubles the wait, from a second to the longest. An address from which an account has
/// logged in is known to it: neither a guesser elsewhere nor a neighbour behind the same address keeps it waiting there, only
/// wrong passwords of its own do.
///
/// An account's wrong passwords from one address count for the address once, as long as its free ones aren't used up: a phone that
/// has an old password and tries it all day says nothing about the many that share a carrier's address with it.
///
/// Where the free ones are used up an attempt counts as wrong when it begins, until it turns out right: of attempts begun side by
/// side only one is looked at.
struct GuessTable: Sendable {
    struct Limits: Sendable, Equatable {
        /// Wrong passwords that cost no wait.
        var free: Int
        /// The longest wait for an account, milliseconds. Short, since a guesser can bring it upon somebody else.
        var longestForAccount: Int64 = 30_000
        /// The longest wait for an address, milliseconds.
        var longestForSource: Int64 = 900_000
        /// After so long without a wrong password all are forgotten, milliseconds.
        var memory: Int64 = 3_600_000
        /// Most accounts, addresses and acquaintances remembered, each.
        var capacity = 65_536
    }

    /// A name or a pair of name and address as a number that differs in every process: names that somebody makes up take
    /// 8 bytes, however long they are.
    private typealias Digest = Int

    private struct Record {
        var count: Int32 = 0
        var last: Int64
    }

    /// A password that is about to be looked at.
    struct Attempt: Sendable {
        let account: String
        let source: IPAddress?
        /// The account has logged in from there.
        fileprivate let isKnown: Bool
        /// Where it counts already.
        fileprivate var ofAccount: CountedAhead?
        fileprivate var ofSource: CountedAhead?
        fileprivate var ofPair: CountedAhead?
    }

    /// An attempt that counted before it had failed: when that was, and when the wrong one before it came.
    fileprivate struct CountedAhead: Sendable {
        let at: Int64
        let before: Int64
    }

    enum Beginning: Sendable {
        /// Milliseconds until a password for this account is looked at again.
        case wait(Int64)
        /// Now; what comes of it is to be told.
        case go(Attempt)
    }

    private let limits: Limits
    private var accounts: [Digest: Record] = [:]
    private var sources: [IPAddress: Record] = [:]
    /// Wrong passwords of an account from an address.
    private var pairs: [Digest: Record] = [:]
    /// When an account logged in from an address.
    private var known: [Digest: Int64] = [:]

    init(_ limits: Limits) {
        self.limits = limits
    }

    /// How many records there are in all.
    var count: Int { accounts.count + sources.count + pairs.count + known.count }

    /// Milliseconds until a password for this account is looked at again; 0 if it is now.
    ///
    /// `source` is nil for an address that many people share and that is trusted: then only the account counts.
    func wait(of account: String, from source: IPAddress?, at now: Int64) -> Int64 {
        if let source {
            let pair = Self.digest(account, source)
            guard known[pair] == nil else { return left(pairs[pair], limits.longestForAccount, at: now) }
            return max(
                left(sources[source], limits.longestForSource, at: now),
                left(pairs[pair], limits.longestForSource, at: now),
                left(accounts[Self.digest(account)], limits.longestForAccount, at: now))
        }
        return left(accounts[Self.digest(account)], limits.longestForAccount, at: now)
    }

    /// Somebody is about to say a password. Waits as ``wait(of:from:at:)`` says.
    mutating func begin(_ account: String, from source: IPAddress?, at now: Int64) -> Beginning {
        let wait = wait(of: account, from: source, at: now)
        guard wait == 0 else { return .wait(wait) }
        var attempt = attempt(for: account, from: source)
        if let source {
            attempt.ofPair = countAhead(Self.digest(account, source), in: &pairs, at: now)
            if attempt.isKnown { return .go(attempt) }
            attempt.ofSource = countAhead(source, in: &sources, at: now)
        }
        attempt.ofAccount = countAhead(Self.digest(account), in: &accounts, at: now)
        return .go(attempt)
    }

    /// One that counts nowhere yet.
    func attempt(for account: String, from source: IPAddress?) -> Attempt {
        let isKnown = source.map { known[Self.digest(account, $0)] != nil } ?? false
        return Attempt(account: account, source: source, isKnown: isKnown)
    }

    /// The password was wrong; that there may be no such account makes no difference.
    mutating func failed(_ attempt: Attempt, at now: Int64) {
        if let source = attempt.source {
            let pair = Self.digest(attempt.account, source)
            let isFirst = count(of: pair, in: pairs, at: now) == 0
            if attempt.ofPair == nil { count(pair, in: &pairs, at: now) }
            if attempt.isKnown { return }
            if attempt.ofSource == nil, isFirst || count(of: source, in: sources, at: now) >= limits.free {
                count(source, in: &sources, at: now)
            }
        }
        if attempt.ofAccount == nil { count(Self.digest(attempt.account), in: &accounts, at: now) }
    }

    /// The password was right.
    mutating func succeeded(_ attempt: Attempt, at now: Int64) {
        if let counted = attempt.ofAccount { takeBack(counted, of: Self.digest(attempt.account), in: &accounts) }
        guard let source = attempt.source else { return }
        if let counted = attempt.ofSource { takeBack(counted, of: source, in: &sources) }
        let pair = Self.digest(attempt.account, source)
        pairs[pair] = nil
        if known.count >= limits.capacity, known[pair] == nil { Self.halve(&known) { $0 } }
        known[pair] = now
    }

    // MARK: Records

    /// Those that aren't forgotten.
    private func count<Key>(of key: Key, in records: [Key: Record], at now: Int64) -> Int {
        guard let record = records[key], now - record.last < limits.memory else { return 0 }
        return Int(record.count)
    }

    private func left(_ record: Record?, _ longest: Int64, at now: Int64) -> Int64 {
        guard let record, now - record.last < limits.memory else { return 0 }
        let beyond = Int(record.count) - limits.free
        guard beyond >= 0 else { return 0 }
        let wait = min(longest, 1_000 << Int64(min(beyond, 30)))
        return max(0, record.last + wait - now)
    }

    /// Counts an attempt before it has failed, if the free ones are used up.
    ///
    /// - Returns: nil if it doesn't count yet.
    private func countAhead<Key>(_ key: Key, in records: inout [Key: Record], at now: Int64) -> CountedAhead? {
        guard count(of: key, in: records, at: now) >= limits.free, let record = records[key] else { return nil }
        count(key, in: &records, at: now)
        return CountedAhead(at: now, before: record.last)
    }

    /// The wait begins again where it began before, unless another was wrong meanwhile.
    private func takeBack<Key>(_ counted: CountedAhead, of key: Key, in records: inout [Key: Record]) {
        guard var record = records[key] else { return }
        record.count = max(record.count - 1, 0)
        if record.last == counted.at { record.last = counted.before }
        records[key] = record
    }

    private func count<Key>(_ key: Key, in records: inout [Key: Record], at now: Int64) {
        if records.count >= limits.capacity, records[key] == nil {
            records = records.filter { now - $0.value.last < limits.memory }
            if records.count > limits.capacity / 2 { Self.halve(&records) { $0.last } }
        }
        var record = records[key] ?? Record(last: now)
        if now - record.last >= limits.memory { record.count = 0 }
        record.count = min(record.count, 1_000_000) + 1
        record.last = now
        records[key] = record
    }

    /// Forgets the half that is oldest.
    private static func halve<Key, Value>(_ table: inout [Key: Value], _ time: (Value) -> Int64) {
        let times = table.values.map(time).sorted()
        guard !times.isEmpty else { return }
        let middle = times[times.count / 2]
        table = table.filter { time($0.value) > middle }
    }

    private static func digest(_ account: String) -> Digest {
        var hasher = Hasher()
        hasher.combine(account)
        return hasher.finalize()
    }

    private static func digest(_ account: String, _ source: IPAddress) -> Digest {
        var hasher = Hasher()
        hasher.combine(account)
        hasher.combine(source)
        return hasher.finalize()
    }
}
